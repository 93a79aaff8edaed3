"""What the agent works with: the library of documents and the tools over it.

Nothing is imported here: the command line loads this package before it knows what it
will need.
"""
