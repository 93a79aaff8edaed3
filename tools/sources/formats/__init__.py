"""Files that are no text: each is converted to Markdown before it is read."""
