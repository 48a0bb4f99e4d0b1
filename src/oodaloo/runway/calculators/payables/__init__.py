"""When to pay bills: timing, the suggested plan, and the lanes that follow from them."""
