"""The names of calls that are not like the others, in a module that imports nothing."""

__all__ = ["ANSWER", "PREFETCH"]

ANSWER = "final_answer"
"""The tool that ends a run."""
PREFETCH = "prefetch"
"""The search of the question itself, as the trajectory calls it."""
