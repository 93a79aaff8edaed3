"""The one place that speaks to Milvus: engines, schema, collection, failures.

URI → engine → connection → Collection; one kind of it is in memory, without an engine.
"""
