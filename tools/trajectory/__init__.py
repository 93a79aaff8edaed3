"""The records that tool calls leave behind; records alone."""
