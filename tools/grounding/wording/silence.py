"""Tells what says that the documents say nothing from what states a fact."""

import re

__all__ = ["is_silence"]

_DOCUMENTS = (
    r"(?:documents?|documentation|sources?|passages?|library|excerpts?|results)"
)
_SAY = (
    r"(?:say|state|mention|contain|include|hold|describe|specif|provide|give|answer"
    r"|cover|address|explain|tell|show|discuss|name|list|report|indicat)"
)
_SILENCE = re.compile(
    rf"""\b{_DOCUMENTS}\b.{{0,40}}\b(?:do|does|did)(?:\s+not|n['’]t)\b.{{0,30}}\b{_SAY}
    | \b(?:no|none\sof\sthe|nothing\sin\sthe|neither)\b.{{0,30}}\b{_DOCUMENTS}\b
    | \b(?:not|nowhere|never)\s{_SAY}\w*\b.{{0,30}}\b{_DOCUMENTS}\b
    | (?:文档|文件|资料|来源|段落|检索).{{0,12}}(?:没有|未|不包含|无|沒有|無)
    | (?:未|没有|沒有)(?:找到|提及|说明)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""What says that the documents are silent."""
_OF_DOCUMENTS = re.compile(
    rf"\b{_DOCUMENTS}\b.{{0,40}}\b(?:do|does|did)(?:\s+not|n['’]t)\b",
    re.IGNORECASE | re.DOTALL,
)
"""What says so of them as a whole, also where it cites one."""
_DOCUMENTS_SIGNS = ("docu", "source", "passage", "library", "excerpt", "result")
"""One of them stands wherever `_DOCUMENTS` does."""


def is_silence(words: str, *, cited: bool) -> bool:
    """Whether a sentence says that the documents are silent; most name none.

    One that cites a source says so of the documents as a whole, or it states a fact:
    `a quote that no passage holds is reported`.
    """
    if words.isascii() and not any(
        map(words.casefold().__contains__, _DOCUMENTS_SIGNS)
    ):
        return False
    found = _SILENCE.search(words)
    if found is None or not cited:
        return found is not None
    return not found[0].isascii() or bool(_OF_DOCUMENTS.search(words))
