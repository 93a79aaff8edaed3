"""The one place that speaks to Milvus, and the seam behind which it lies.

URI → engine → connection → Collection; one kind of it is in memory, without an engine.
"""
