"""What QuickBooks announces by itself: posts of its webhooks, checked, read and kept until they are worked off."""
