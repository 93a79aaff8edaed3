"""What tests of agents use: the pytest plugin, its servers and its assertions."""
