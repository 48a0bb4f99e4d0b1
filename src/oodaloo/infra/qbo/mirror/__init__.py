"""The mirror of QuickBooks' records: how they are kept, read whole, and brought up to now."""
