"""Suites: questions with what is expected of their runs, repeated, judged, compared."""
