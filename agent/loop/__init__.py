"""Question → turns → answer."""
