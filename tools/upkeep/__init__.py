"""A library looked over, mended, copied."""
