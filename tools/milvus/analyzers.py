"""How full-text search splits words: Milvus's analyzers, and which fits a language."""

from typing import Literal

__all__ = ["Analyzer", "analyzer_for"]

Analyzer = Literal["english", "chinese", "standard"]
"""Milvus's analyzers: English stems, Chinese words, or words as they stand."""


def analyzer_for(language: str) -> Analyzer:
    """Return the analyzer that fits a language."""
    if language == "en":
        return "english"
    return "chinese" if language == "zh" else "standard"
