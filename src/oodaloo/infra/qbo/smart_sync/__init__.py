"""SmartSync: one door for each kind of call, behind it limits, patience, kept answers and the count of reads."""
