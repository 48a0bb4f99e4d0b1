"""Businesses, their connection to QuickBooks, and the lists that every domain refers to."""
