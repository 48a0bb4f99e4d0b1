"""How new the books are: as fresh as a caller asks for, and by themselves as often as they matter."""
