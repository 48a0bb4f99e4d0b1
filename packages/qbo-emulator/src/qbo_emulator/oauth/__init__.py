"""Intuit's OAuth 2 as far as a client sees it: consent, codes, tokens, refresh and revocation."""
