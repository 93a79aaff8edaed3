"""A model of textual entailment that reads a sentence and what it cites."""
