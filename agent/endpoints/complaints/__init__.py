"""What a server says of its failure: in a body, on a page, and for how long."""
