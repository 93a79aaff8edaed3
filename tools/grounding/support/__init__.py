"""Whether the lines that a sentence cites bear it out, by rules alone.

`units` cuts the lines into sentences, `words` reads them, `aligning` puts the words of
one beside those of another, `objections` says what speaks against it, `weighing` joins
that to a `finding`, and a `checker` may change some of it.
"""
