"""A model that answers from passages alone: Citeloop looks for them and shows them."""
