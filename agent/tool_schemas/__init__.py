"""What gpt-oss is shown of a tool's schema, and what of it never reaches the model."""
