"""What the owner buys: advice about cash, from one dated picture of the books."""
