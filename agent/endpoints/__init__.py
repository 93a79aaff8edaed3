"""Servers: known by name, found, asked, tried again, and what is said of failures."""
