"""Machinery that knows no bookkeeping: database, QuickBooks transport, settings, logs."""
