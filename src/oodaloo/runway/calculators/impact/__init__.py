"""What a decision, a batch of them or a scenario does to the runway: the engine with it less the engine without."""
