"""The chat: the loop, the commands, and the session that they work on."""
