"""The settings that a command is given."""
