"""The formats of files: a table, and for each a function that makes text of bytes.

bytes → its row → a converter, here or in a process of its own → Converted
"""
