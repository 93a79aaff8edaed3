"""One turn of the model, in one form for every server, and what of it is protocol."""
