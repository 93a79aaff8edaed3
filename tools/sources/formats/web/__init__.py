"""HTML and what is made of it: pages, books of chapters, notebooks with outputs."""
