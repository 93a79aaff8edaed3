"""Words that a line end of a PDF breaks: joined, or left the compounds that they are.

`informa-` and `tion` are one word, `state-of-` and `the-art` keep their hyphen. What
else the document says decides first, then what the two parts look like.
"""

import re
from collections import Counter

__all__ = ["join_lines"]

_BREAK = re.compile("[\ufffe\x02][ \t]*\r?\n?|(?<=[0-9])-[ \t]*\r?\n(?=\\w)")
"""What PDFium writes for a hyphen at the end of a line; behind a digit it leaves it."""
_SOFT = re.compile("\xad[ \t]*(?:\r?\n)?")
"""A hyphen that is seen at the end of a line alone."""
_LONGEST = 60
_BESIDE = re.compile(r"[^\w’'-]")
_WORD = re.compile(r"(?<![\w\x02’'-])[^\W\d_][\w’'-]{0,60}+(?![\w\x02])")
"""A word that no line end breaks."""
_SMALL = frozenset({
    "a", "an", "and", "at", "by", "de", "du", "en", "et", "for", "free", "from", "in",
    "la", "le", "off", "of", "on", "or", "out", "per", "the", "to", "up", "und", "von",
    "with", "down",
})  # fmt: skip
"""Words that stand within compounds and break no word in two."""
_FIRST = frozenset({
    "self", "well", "high", "low", "long", "short", "half", "ill", "cross", "full",
    "real", "large", "small", "two", "three", "four", "five", "six", "ten", "hand",
    "hard", "vice", "all", "user", "open", "third", "second", "first",
})  # fmt: skip
"""What compounds begin with, where a whole word of four letters follows."""
_SECOND = frozenset({
    "based", "making", "friendly", "level", "specific", "driven", "wide", "term",
    "time", "scale", "aware", "related", "oriented", "dependent", "known", "defined",
    "party", "quality", "class", "side", "point", "step", "like", "art", "law", "date",
})  # fmt: skip
"""What compounds end with, where a word of three letters comes before."""
_SUSPENDED = frozenset(["and", "or", "to", "und", "oder", "bis", "et", "ou"])
"""What follows a word whose second half comes later: pre- and post-war."""
_ENDINGS = re.compile(
    r"(?i)(?:ing|ings|ed|er|ers|est|ly|s|ness|ment|ments|tion|tions|sion|sions|able"
    r"|ible|ful|less|ity|ities|ance|ances|ence|ences|al|ally|ive|ous|ism|ist|ists|ize"
    r"|ized|ate|ated|ary|ory|ure|lich|keit|heit|ung|ungen|schaft)"
)
"""What is no word, and ends one."""
_LIGATURES = str.maketrans({
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "st", "\ufb06": "st",
})  # fmt: skip


def join_lines(pages: list[str]) -> list[str]:
    """Return pages in which no word is broken by a line end, without ligatures.

    Args:
        pages: Their text as PDFium gives it.
    """
    plain = [_SOFT.sub("", page.translate(_LIGATURES)) for page in pages]
    words: Counter[str] = Counter()
    for page in plain:
        whole = _WORD.findall(_BREAK.sub("\x02", page))
        words.update(map(str.lower, whole))
    return [_mended(page, words) for page in plain]


def _mended(page: str, words: Counter[str]) -> str:
    parts = []
    at = 0
    for found in _BREAK.finditer(page):
        start, end = found.span()
        parts.append(page[at:start])
        if start > at and not _BESIDE.match(page, start - 1, start):
            left = _BESIDE.split(page[max(at, start - _LONGEST) : start])[-1]
            right = _BESIDE.split(page[end : end + _LONGEST])[0]
            parts.append(_sign(left, right, words) if right else "")
        at = end
    return "".join([*parts, page[at:]])


def _sign(left: str, right: str, words: Counter[str]) -> str:
    """Return what stands between the two parts."""
    if right.lower() in _SUSPENDED:
        return "- "
    return "-" if _is_compound(left, right, words) else ""


def _is_compound(left: str, right: str, words: Counter[str]) -> bool:
    before, after = left.rpartition("-")[2], right.partition("-")[0]
    if len(before) < 2 or not after or before[-1].isdigit() or after[0].isdigit():
        return True
    if before.isupper() != after[0].isupper():
        return True
    compound = words[f"{left}-{right}".lower()] + words[f"{before}-{after}".lower()]
    whole = words[f"{left}{right}".lower()] + words[f"{before}{after}".lower()]
    if compound or whole:
        return compound > whole
    before, after = before.lower(), after.lower()
    if "-" in left + right and (before in _SMALL or after in _SMALL):
        return True
    return _looks_like_two(before, after, words) or (
        "-" in right and not _ENDINGS.fullmatch(after)
    )


def _looks_like_two(before: str, after: str, words: Counter[str]) -> bool:
    """Whether two parts are words of their own, where nothing else tells."""
    if _ENDINGS.fullmatch(after):
        return False
    if after in _SECOND and len(before) > 2:
        return True
    if before in _FIRST and len(after) > 3:
        return True
    return min(len(before), len(after)) > 3 and words[before] > 0 and words[after] > 0
