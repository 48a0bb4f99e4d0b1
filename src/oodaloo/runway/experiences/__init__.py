"""One module per moment of the ritual; each returns what its screen shows."""
