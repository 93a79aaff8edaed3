"""Whether the lines that a sentence cites bear it out, by rules alone.

`units` cuts the lines into sentences, `weighing` holds the sentence against them,
`finding` is what comes of it, and what a reader of both may change of that.
"""
