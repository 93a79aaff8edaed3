"""The model without a network: plans by rules, answers by quoting."""
