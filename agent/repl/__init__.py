"""The chat: one module for the loop, one for the commands."""
