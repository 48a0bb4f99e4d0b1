"""Writes to QuickBooks: wanted once, carried out once, whatever happens on the way."""
