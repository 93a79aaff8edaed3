"""Lists of English words and phrases that turn a sentence round."""
