"""How a company lives on after its history: trade arrives by plan, people react to what the books show."""
