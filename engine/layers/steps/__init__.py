"""How layers' traces are told: where windows lie, what cells are called, and the steps of families with many."""
