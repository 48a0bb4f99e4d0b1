"""Hygiene: what in the books is doubtful, how much of the forecast rests on it, and how it is mended."""
