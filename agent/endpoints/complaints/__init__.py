"""What a failed response tells beside its words: whose page it is, how long to wait."""
