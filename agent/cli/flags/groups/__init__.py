"""Flags that several commands take; argparse alone."""
