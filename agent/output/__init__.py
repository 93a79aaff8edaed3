"""In which form a result leaves: on a terminal, as plain text, as JSON."""
