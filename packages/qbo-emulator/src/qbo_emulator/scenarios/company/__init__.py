"""The machinery of living companies: a description, what happens in it day by day, and its books."""
