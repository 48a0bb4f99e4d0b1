"""Accounts payable: vendors, bills, bill payments, vendor credits."""
