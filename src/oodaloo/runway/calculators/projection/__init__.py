"""Spendable cash day by day: what is expected, gathered once, then read as one line and as many futures."""
