"""From a draft and its evidence to verdicts; texts alone.

Draft → marks, statements, quotes, values → Verdict → Resolved
"""
