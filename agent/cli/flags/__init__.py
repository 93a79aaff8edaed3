"""The flags of each command, in a module of its name.

Argparse alone is imported, and the table of providers where its names are shown.
"""
