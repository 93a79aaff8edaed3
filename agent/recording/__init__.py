"""Tapes: what a server sent, kept with its times, played again, and cut."""
