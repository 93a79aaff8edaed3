"""The flags of each command, in a module of its name: argparse, no heavy import."""
