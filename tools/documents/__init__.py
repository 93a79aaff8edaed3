"""A document, its passages, and how one is cut into the other.

Document → parts → pieces → passages
"""
