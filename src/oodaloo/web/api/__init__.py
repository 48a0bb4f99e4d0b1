"""The JSON API: the workflow of decisions for programs, documented in OpenAPI."""
