"""A failing probe as a bug report: the smallest request that still fails."""
