"""The one place that builds things: from settings to the services that web and command line use."""
