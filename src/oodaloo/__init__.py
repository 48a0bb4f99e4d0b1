"""Oodaloo: the weekly cash-runway ritual for service agencies on QuickBooks Online."""
