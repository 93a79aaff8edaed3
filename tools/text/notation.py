"""Tells what looks like a mark and is none: an index, an interval, an exponent.

Nothing but the signs and words beside it can tell. Where they do not, a source that was
shown makes it a mark, and what is unknown stays as it is written.
"""

import re
from collections.abc import Set

__all__ = ["is_exponent", "is_index", "is_list", "word_before"]

_BEFORE = 60
"""Characters before a place that are looked at."""
_WORD = re.compile(r"[\w.]+\Z")
_INDEXED = frozenset(
    ["arg", "args", "argv", "arr", "buf", "idx", "mat", "ptr", "tmp", "vec"]
)
"""Names of arrays that are no words of a language."""
_AFTER_INDEX = re.compile(
    r"\.[a-z_]|\((?![^()\s]{0,300}[/:.#])|\[[^\]\d]|\s?(?:[-+*/%]?=(?!\w)|\+\+|--)"
)
_BEFORE_A_LIST = re.compile(
    r"(?:\b(?:interval|array|tuple|tensor|shape|range|digits?|class|regex|pattern"
    r"|match(?:es|ed)?(?: by)?)|[=∈\\^])[ \t]{0,9}\Z",
    re.IGNORECASE,
)
_AFTER_A_CLASS = re.compile(r"[+{$?]|\*(?!\*)|\[\^?[^\]]{0,20}[-a-zA-Z]")
_UNIT = re.compile(
    r"(?:[kcmdµμn]m|in|ft|sq|yd|mi|sec|min|hr|mol|rad|sin|cos|tan|cot|log|exp|lim"
    r"|(?:kilo|centi|milli|square )?met(?:er|re)s?|inch(?:es)?|feet|foot|miles?|yards?"
    r"|seconds?|minutes?|hours?|days?|years?)\Z",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+\Z")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENDING = ".,;:!?。，；：！？"
_CLOSING = "\"'”’»*_`)"
_LONG = 3
"""Letters of a word that is no name of a variable."""


def word_before(text: str, at: int) -> str:
    """Return the word that runs into a place, with its dots; blank if none does."""
    found = _WORD.search(text, max(0, at - _BEFORE), at)
    return found[0] if found else ""


def is_index(text: str, start: int, end: int, indexed: Set[str]) -> bool:
    """Whether brackets that a word runs into are an index of that word.

    Args:
        text: The answer.
        start: Where they begin.
        end: Where they end.
        indexed: Words that are known for arrays, for `[0]` stands at them, say.
    """
    word = word_before(text, start)
    if not word or _CJK.match(word[-1]):
        return False
    if _AFTER_INDEX.match(text, end) or word in indexed:
        return True
    last = word.rpartition(".")[2]
    if last in _INDEXED or "_" in word.strip("_"):
        return True
    before = text[max(0, start - len(word) - 2) : start - len(word)].strip()
    return len(word) == 1 and word.islower() and not before[-1:].isdigit()


def is_list(text: str, start: int, end: int, *, ranged: bool) -> bool:
    """Whether several numbers in brackets are an interval, a list or a class of signs.

    Args:
        text: The answer.
        start: Where they begin.
        end: Where they end.
        ranged: Whether they are a range, as `[1-9]` is.
    """
    before = _BEFORE_A_LIST.search(text, max(0, start - _BEFORE), start)
    return bool(before or (ranged and _AFTER_A_CLASS.match(text, end)))


def is_exponent(text: str, start: int, end: int) -> bool:
    """Whether raised digits belong to what they stand at, as in `10⁶` and `m²`."""
    before = text[max(0, start - _BEFORE) : start]
    if text[end : end + 1].isalnum() or not before.strip():
        return bool(before.strip())
    sign = before[-1]
    if sign.isspace() or sign in _ENDING or _CJK.match(sign):
        return False
    letters = _LETTERS.search(before.rstrip(_CLOSING))
    return not letters or len(letters[0]) < _LONG or bool(_UNIT.search(letters[0]))
