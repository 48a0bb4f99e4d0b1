"""The books as we understand them."""
