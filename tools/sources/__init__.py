"""From what a person names to documents.

name → files, addresses, archives → bytes → formats → Document
"""
