"""What comes over the wire from a gpt-oss server, read, repaired and judged.

    bytes → frames → assembly → Turn → repairs → verdict → the SDK's items

`frames` finds the JSON payloads in the bytes, `assembly` makes one `Turn` of them,
whether they streamed or came whole, `repairs` puts right what can be put right, and
`verdict` says whether the turn can be used. `model` asks, and asks again.
"""
