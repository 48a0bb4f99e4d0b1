"""What runway itself remembers: reserves, decisions, batches, payment orders. Private to runway."""
