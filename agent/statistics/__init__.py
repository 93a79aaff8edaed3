"""What a rate or a difference is worth: intervals and tests, without a package."""
