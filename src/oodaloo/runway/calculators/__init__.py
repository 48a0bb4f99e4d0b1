"""Pure functions from the one cash picture to what an owner wants to know."""
