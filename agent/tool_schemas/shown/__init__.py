"""What each renderer writes of a tool, and what of a schema it writes out."""
