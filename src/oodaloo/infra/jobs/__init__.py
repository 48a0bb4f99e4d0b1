"""Durable work: what was enqueued is carried on step by step until it is done, whoever dies meanwhile."""
