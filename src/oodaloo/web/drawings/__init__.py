"""View types turned into shapes: the only arithmetic of the web, from days and dollars to pixels."""
