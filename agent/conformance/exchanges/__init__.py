"""Requests and all that came back: the bytes, and how a client reads them."""
