"""The values that a text names: one reader for statements and for their sources."""
