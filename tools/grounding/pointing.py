"""Tells what says no more than where something stands: `See`, `This is found in`."""

import re

__all__ = ["points"]

_POINTING = frozenset(
    [
        "see", "also", "cf", "source", "sources", "ref", "refs", "reference",
        "references", "citation", "citations", "cited", "from", "per", "via", "and",
        "or", "in", "the", "for", "more", "details", "detail", "footnote",
        "footnotes", "note", "notes", "siehe", "quelle", "quellen", "und", "voir",
        "document", "documents", "documentation", "passage", "passages", "section",
        "fuente", "fuentes", "y", "et", "来源", "参见", "参考", "出处", "见",
    ]
)  # fmt: skip
"""Words that say no more than that a mark follows."""
_LONGEST = 200
"""Characters of a sentence that may say no more."""
_WORDS = re.compile(r"[^\W_]+")
_SOURCE = (
    r"(?:sources?|documents?|documentation|passages?|sections?|guides?|texts?|pages?"
    r"|excerpts?|references?|lines?|files?)"
)
_THIS = (
    r"(?:(?:all\s)?(?:of\s)?(?:this|that|these|it|they)"
    r"(?:\s(?:information|answer|facts?|statements?|details?|claims?))?"
    r"|the\s(?:above|answer|information|facts?|statements?|details?|claims?)"
    r"|(?:more|further)\s(?:information|details?)|details?|as)"
)
_STANDS = (
    r"(?:found|stated|described|documented|explained|mentioned|given|taken|shown|listed"
    r"|confirmed|supported|specified|written|noted|defined|covered|cited|based"
    r"|according|comes?|stands?|follows)"
)
_FOUND_IN = re.compile(
    rf"""\W*(?:{_THIS}\s|you\s(?:can|may)\s(?:also\s)?(?:find|read)\s{_THIS}\s)?
    (?:(?:is|are|was|were|can|has|have|may|been|be|also)\s){{0,4}}
    (?:{_STANDS}\s)?(?:in|on|at|by|from|to|under|via)
    (?:\s(?:the|this|these|following|official|same|provided)){{0,3}}
    (?:\s{_SOURCE})?(?:\s(?:and|or|in|of))?\W*""",
    re.IGNORECASE | re.VERBOSE,
)
"""A sentence whose mark is the place: `This information can be found in [1].`"""
_SAYS_SO = re.compile(
    rf"""\W*(?:the\s)?{_SOURCE}\s
    (?:stat|sa|say|describ|explain|mention|confirm|show|cover|document|support)\w{{0,3}}
    \s(?:this|that|it|so|these)\W*""",
    re.IGNORECASE | re.VERBOSE,
)


def points(words: str) -> bool:
    """Whether a sentence, without its marks, says no more than that they follow."""
    if len(words) > _LONGEST:
        return False
    if all(each[0] in _POINTING for each in _WORDS.finditer(words.casefold())):
        return True
    return bool(_FOUND_IN.fullmatch(words) or _SAYS_SO.fullmatch(words))
