"""A query and a text judged together: the seam, and one module for each kind."""
