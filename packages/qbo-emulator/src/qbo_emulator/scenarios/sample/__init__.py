"""The standard sandbox company, Intuit's fictional landscaper, by its facts and with documents of our own."""
