"""QuickBooks Online: transport, sign-in, wire types, resilience."""
