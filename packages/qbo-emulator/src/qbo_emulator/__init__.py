"""QuickBooks Online as a program: a double-entry emulator of its accounting API."""
