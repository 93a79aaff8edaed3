"""A run: what its tools work with, how a function becomes a tool, what is accepted.

arguments → tool → ToolOutput, or a draft → Acceptance
"""
