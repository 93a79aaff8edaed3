"""Brings a sentence to the form in which its words are read.

Contractions are spelled out, numbers brought to digits. Targets of links and the words
of a bound are left out: values and bounds have a reader of their own.
"""

import re

from tools.grounding.support.classes import NEGATIONS
from tools.grounding.values.number_words import find_spelled
from tools.grounding.wording.words import find_words
from tools.text.signs import plain_signs

__all__ = ["prepare"]

_TARGET = re.compile(r"\]\([^()\s]*\)")
_NOT = re.compile(r"(?<=[a-z])n['’]t\b")
"""What is left of `can't` and `won't` is among the words that say nothing."""
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?(?!\w)")
_TAG = re.compile(r"<(/?br|/?[a-z]{1,10})\s?/?>")
_LEAD = re.compile(
    r"\A\s*+(?:(?:please )?note(?: that|:)|(?:it|this) (?:is|should be) "
    r"(?:important|worth|useful|noted)(?: to note| noting)? that"
    r"|(?:according to|as|per|in|the|these|this|its|our)\b[\w\s]{0,30}"
    r"\b(?:documentation|docs?|documents?|sources?|passages?|guide|text|page)(?:,"
    r"| (?:say|state|note|explain|mention|describe|specif(?:ie|y))s?,?(?: that)?)) ",
    re.IGNORECASE,
)
"""What says where something stands, before it is said."""
_LIMITED = NEGATIONS | {"contrary", "unlike", "few", "old", "older", "former", "other"}
"""Words with which it says more than that."""
_NO_MORE = re.compile(
    r"\b(?:no|not) (more|greater|larger|higher|longer|less|fewer|smaller"
    r"|lower|shorter) than\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?<!is )(?<!are )(?<!be )(?<!was )(?<!were )"
    r"\b(?:compared|in comparison|in contrast) (?:to|with)\b",
    re.IGNORECASE,
)
_NO_NUMBERS = frozenset({"one", "first", "second", "zero"})
"""Number words that are mostly none."""
_BOUND = re.compile(
    r"\b(?:at (?:the )?(?:most|least)"
    r"|(?:more|less|greater|fewer|larger|smaller|higher|lower) than"
    r"|up to|under|over|below|above|beyond|exceed(?:s|ing)?|not exceed(?:ing)?"
    r"|(?:a )?(?:maximum|minimum) of|or (?:more|less|fewer|higher|lower|above|below))"
    r"(?=\s(?:[\w,.%$€-]+\s)?\d)",
    re.IGNORECASE,
)
"""The bound of a number, which the reader of values has looked at."""


def prepare(text: str) -> str:
    """Return a text as its words are read; it is shown to nobody."""
    plain = _in_digits(_without_lead(_plain(text)))
    plain = _BOUND.sub(" ", _NO_MORE.sub(_as_bound, plain))
    return _COMPARED.sub("than", plain)


def _without_lead(text: str) -> str:
    lead = _LEAD.match(text)
    if lead is None or not _LIMITED.isdisjoint(find_words(lead[0].casefold())):
        return text
    return text[lead.end() :]


def _plain(text: str) -> str:
    """Return a text without targets of links, tags, contractions and possessives."""
    plain = plain_signs(text).text
    if "](" in plain:
        plain = _TARGET.sub(" ", plain)
    if "<" in plain:
        plain = _TAG.sub(_break_or_blank, plain)
    if "'" in plain or "’" in plain:
        plain = _POSSESSIVE.sub("", _NOT.sub(" not ", plain))
    return plain


def _break_or_blank(tag: re.Match[str]) -> str:
    return " ; " if tag[1].strip("/") == "br" else " "


def _as_bound(found: re.Match[str]) -> str:
    """Return `no more than` as `at most`."""
    less = found[1].lower() in {"less", "fewer", "smaller", "lower", "shorter"}
    return "at least" if less else "at most"


def _in_digits(text: str) -> str:
    """Return a text with its numbers in digits."""
    pieces: list[str] = []
    at = 0
    for found in find_spelled(text):
        written = text[found.start : found.end]
        if found.value.denominator == 1 and written.casefold() not in _NO_NUMBERS:
            pieces += [text[at : found.start], str(found.value)]
            at = found.end
    return "".join([*pieces, text[at:]])
