"""Lists of English words: what turns a sentence round, and what leaves it as it is."""
