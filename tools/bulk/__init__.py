"""Ways in for what is larger than one machine: files for Milvus's import, and Ray.

    write    documents → passages → vectors → parquet files with a manifest
    import   the files → an object store → a fresh collection → the alias moves
    ray      the same documents and passages, embedded by many machines

Each does to a document what `tools.ingestion.ingest` does to it.
"""
