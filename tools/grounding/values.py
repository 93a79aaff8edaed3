"""Finds the values that a statement names and its sources do not.

Numbers, dates, versions and names are brought to one form each, so that `1,000`, `1k`
and `one thousand`, or `March 5, 2024` and `2024-03-05`, count as the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Value", "find_values", "unsupported_values"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october",
            "nov november", "dec december",
        ],
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_FOUR_DIGITS = re.compile(r"\d{4}")
"""Every date has its year."""
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}-(?P<number>\d{{1,2}})-{_DAY}\b",
        rf"{_YEAR}\s*年\s*(?P<number>\d{{1,2}})\s*月(?:\s*{_DAY}\s*日)?",
        rf"\b{_DAY}\.?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b",
        rf"\b{_MONTH},?\s+{_YEAR}\b",
    )
]
_VERSION = re.compile(
    r"(?<![\w.])(?:v(?P<marked>\d+(?:\.(?:\d+|x))*)|(?P<plain>\d+(?:\.(?:\d+|x)){2,}))"
    r"(?P<stage>-?(?:rc|alpha|beta|a|b)\.?\d*)?(?![\w])",
    re.IGNORECASE,
)
_UNITS = (
    "%|‰|°c|°f|[kmgtp]i?b|bytes?|bits?|ns|[µu]s|ms|s|sec(?:ond)?s?|min(?:ute)?s?"
    "|h(?:ou)?rs?|hours?|days?|weeks?|months?|years?"
)
_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9,
    "billion": 1e9, "trillion": 1e12, "万": 1e4, "亿": 1e8,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>-)?(?P<digits>\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?"
    r"|\d+(?:\.\d+)?)(?:(?:st|nd|rd|th)\b)?"
    rf"(?:(?P<scale>\s(?:thousand|million|billion|trillion)\b|[kKMB]\b|bn\b|\s?[万亿])"
    rf"|[ \u00a0-]?(?P<unit>{_UNITS})(?!\w))?(?!\w|\.\d)",
    re.IGNORECASE,
)
_SPELLED = {
    word: str(number)
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
}  # fmt: skip
_SPELLED_WORD = re.compile(rf"\b(?:{'|'.join(_SPELLED)})\b", re.IGNORECASE)
_CODE = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(
    r"\b(?:[A-Z][a-z0-9]+[A-Z]\w*|[a-z]+[A-Z]\w*|[A-Z]{2,}[A-Z0-9]*s?\b|[A-Z][\w’'-]+)"
)
_ALWAYS_NAME = re.compile(r"[a-z].*[A-Z]|[A-Z]{2}|\d")
"""Signs of a name even at the start of a sentence: MinIO, etcdV3, HNSW."""
_BEFORE_A_CAPITAL = ".!?:;•-–—"
_JOINED = re.compile(r"[\s_\-./`*'’\"“”]+")
_PLURAL = re.compile(r"(?:['’]s|s)$")
_COMMON = frozenset(
    [
        "I", "A", "An", "The", "In", "On", "At", "It", "Its", "This", "That", "These",
        "Those", "If", "When", "While", "For", "As", "To", "Of", "And", "Or", "But",
        "Not", "No", "Yes", "Each", "Every", "All", "Both",
    ]
)  # fmt: skip
"""Capitalised in the middle of a sentence, too, after a sign that is not known."""

Kind = Literal["number", "date", "version", "name"]


@dataclass(frozen=True, slots=True)
class Value:
    """A value as a text names it."""

    text: str
    kind: Kind
    form: str
    """What is compared: equal for each way of writing the same."""
    unit: str = ""
    """Of a number, where one stands at it."""


def find_values(text: str) -> list[Value]:
    """Return the values of a text: dates, versions, numbers, and then names."""
    rest = text
    values: list[Value] = []
    for found, value in _dates_and_versions(text):
        if rest[found.start() : found.end()].isspace():
            continue  # part of a longer date
        rest = _blanked(rest, found)
        values.append(value)
    for number in _NUMBER.finditer(rest):
        values.append(_number(number))
        rest = _blanked(rest, number)
    return [*values, *_names(rest)]


def unsupported_values(
    statement: str, excerpts: Sequence[str], context: str = ""
) -> list[Value]:
    """Return the values of a statement that stand in none of its sources.

    Args:
        statement: A sentence of an answer.
        excerpts: The texts that it cites.
        context: What else may name what the statement is about: titles, headings, the
            question. It bears out names, and no numbers.
    """
    held = [value for each in excerpts for value in find_values(each)]
    spelled = {
        _SPELLED[word.group().lower()]
        for each in excerpts
        for word in _SPELLED_WORD.finditer(each)
    }
    words = _JOINED.sub("", " ".join([*excerpts, context]).casefold())
    missing: dict[str, Value] = {}
    for value in find_values(statement):
        if value.kind == "name":
            known = value.form in words or _PLURAL.sub("", value.form) in words
        else:
            known = value.form in spelled or any(
                _bears_out(each, value) for each in held
            )
        if not known:
            missing[value.text] = value
    return list(missing.values())


def _bears_out(held: Value, value: Value) -> bool:
    """Whether a value of an excerpt is that of a statement, or more exact than it."""
    if held.kind == "name":
        return False
    if value.kind == held.kind == "number":
        return value.form == held.form and (
            not (value.unit and held.unit) or value.unit == held.unit
        )
    if held.kind == "date":
        return f"{held.form}-".startswith(f"{value.form}-")
    return value.kind != "date" and f"{held.form}.".startswith(f"{value.form}.")


def _dates_and_versions(text: str) -> Iterator[tuple[re.Match[str], Value]]:
    for pattern in _DATES if _FOUR_DIGITS.search(text) else ():
        for found in pattern.finditer(text):
            yield found, Value(found.group().strip(), "date", _date(found))
    for found in _VERSION.finditer(text):
        digits = (found["marked"] or found["plain"]).removesuffix(".x")
        form = digits + (found["stage"] or "").lstrip("-").lower()
        yield found, Value(found.group(), "version", form)


def _date(found: re.Match[str]) -> str:
    fields = found.groupdict()
    month = fields.get("number") or _MONTHS[fields["month"].lower()]
    day = fields.get("day")
    return f"{int(fields['year'])}-{int(month)}" + (f"-{int(day)}" if day else "")


def _number(found: re.Match[str]) -> Value:
    digits = re.sub(r"[,\s]", "", found["digits"])
    scale = (found["scale"] or "").strip().lower()
    if scale:
        digits = f"{float(digits) * _SCALES[scale]:.15g}"
    unit = (found["unit"] or "").lower()
    if len(unit) > 2 and not unit.endswith("ib"):
        unit = unit.rstrip("s")
    return Value(found.group().strip(), "number", (found["sign"] or "") + digits, unit)


def _names(text: str) -> Iterator[Value]:
    """Yield code, and what is written as names are; each once."""
    seen: set[str] = set()
    for found in [*_CODE.finditer(text), *_NAME.finditer(text)]:
        name = found.group(1) if found.re is _CODE else found.group()
        before = text[: found.start()].rstrip(" \"'“‘(*_`>#")
        starts = not before or before[-1] in _BEFORE_A_CAPITAL
        telling = found.re is _CODE or _ALWAYS_NAME.search(name)
        form = _JOINED.sub("", name.casefold())
        if name in _COMMON or form in seen or not form or (starts and not telling):
            continue
        seen.add(form)
        yield Value(name, "name", form)


def _blanked(text: str, found: re.Match[str]) -> str:
    blank = " " * (found.end() - found.start())
    return f"{text[: found.start()]}{blank}{text[found.end() :]}"
