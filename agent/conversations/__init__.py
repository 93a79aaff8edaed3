"""Questions and answers kept on disk, found again, as history."""
