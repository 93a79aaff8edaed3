"""The calls that a run made, held against those that were expected of it.

From a run of any kind (`calls`) and expectations to a comparison that passed or not,
has a score, and can be shown as a table.
"""
