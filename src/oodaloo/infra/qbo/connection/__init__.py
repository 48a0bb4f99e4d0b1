"""The connection to a company in QuickBooks: consent, and the tokens that come of it."""
