"""Decisions about bills: approving, staging, drafting, finalizing, carrying out; and the reserves behind them."""
