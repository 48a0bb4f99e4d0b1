"""Accounts receivable: customers, invoices, payments, credit memos."""
