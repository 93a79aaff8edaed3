"""The repairs of a turn: pure functions, one module for each kind."""
