"""The form in which words are compared, and where a quote stands in a text."""
