"""Servers on loopback for tests: by a script, byte by byte, in harmony."""
