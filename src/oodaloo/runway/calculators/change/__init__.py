"""How a forecast moved from one picture to the next, by cause, and what became of what it expected."""
