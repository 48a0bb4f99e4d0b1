"""Honest flaws of real books, planted on purpose and listed, so that finding them can be measured."""
