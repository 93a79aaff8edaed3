"""What Citeloop works with, where each comes from, the depths and the providers."""
