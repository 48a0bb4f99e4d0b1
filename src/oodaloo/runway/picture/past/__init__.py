"""Rebuilds the books of a past day, as they were known then, from the books of now and their former versions."""
