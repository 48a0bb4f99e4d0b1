"""The words that every layer shares; imports nothing else of ours."""
