"""Texts to vectors: the seam, one module for each kind, and the workers.

texts → Workers → Embedder → vectors → in the context of their document
"""
