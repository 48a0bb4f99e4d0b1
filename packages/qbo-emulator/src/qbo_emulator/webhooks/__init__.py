"""Webhooks as Intuit sends them: events, their signed posts, retries, and what a test can do to them."""
