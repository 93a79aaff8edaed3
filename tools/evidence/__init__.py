"""What a conversation has seen, numbered, and how it is written for the model."""
