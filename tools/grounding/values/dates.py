"""Reads dates and times of day, in the forms that people and programs write them.

dateparser 1.5 was tried. It fills what a date leaves out from today, takes the words
`may` and `now` for dates, reads 05.03.2024 as the third of May, and needs 1.1 s for 20
kB.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tools.grounding.values.near import find_near, words_of
from tools.grounding.values.value import Value

__all__ = ["Found", "find_dates"]

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
_NAMES = "|".join(sorted(map(str.capitalize, _MONTHS), key=len, reverse=True))
_MONTH = rf"(?P<month>{_NAMES}|{_NAMES.upper()})\b\.?"

_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_ANY = rf"(?P<month>{_NAMES}|{_NAMES.upper()}|{_NAMES.lower()})\b\.?"
_YEAR = r"(?P<year>[12]\d{3})"
_ENDS = r"(?![\w]|[.,:]\d)"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
_ZONE = r"(?:Z\b|\s?[+-]\d{2}:?\d{2}\b)?"
_HALF = r"(?:\s?(?P<half>[ap])\.?m\b\.?)"
_START = r"(?<![\w.])"
_TO = r"(?:-|–|to|and)"
_FIRST = rf"(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s?{_TO}\s?)?"
_LAST = rf"(?:\s?{_TO}\s?(?P<last>\d{{1,2}}))?"
_BIG_ENDIAN = rf"{_START}{_YEAR}(?P<sign>[-/.])(?P<number>\d{{1,2}})(?P=sign)"
_CHINESE = r"\s*年\s*(?P<number>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})\s*日)?"
_LITTLE_ENDIAN = rf"{_START}(?P<day>\d{{1,2}})(?P<sign>[./-])(?P<number>\d{{1,2}})"
_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"\d(?:[-/.:]\d|\s*年)"), 4
_BESIDE = rf"(?:{_NAMES}|{_NAMES.upper()}|{_NAMES.lower()})\b"
_NAMED = re.compile(
    rf"\d(?:st|nd|rd|th)?\.?[\s-]{{1,2}}(?:of\s)?{_BESIDE}"
    rf"|\b{_BESIDE}\.?[\s,-]{{1,2}}(?:of\s|the\s)?\d"
), 24  # fmt: skip
"""The name of a month beside a number."""
_OTHER = re.compile(r"\d(?:\s?[ap]\.?m|['’]?s\b)"), 4
_PATTERNS = [
    (_NUMERIC if at in {0, 1, 2, 8} else _NAMED if at < 8 else _OTHER, re.compile(each))
    for at, each in enumerate((
        rf"{_BIG_ENDIAN}(?P<day>\d{{1,2}})(?:[Tt ]{_CLOCK}{_ZONE})?{_ENDS}",
        rf"{_START}{_YEAR}{_CHINESE}",
        rf"{_LITTLE_ENDIAN}(?P=sign){_YEAR}{_ENDS}",
        rf"{_START}{_FIRST}{_DAY}\.?[\s-]{{1,2}}(?:of\s)?{_ANY}[,\s-]{{1,2}}{_YEAR}{_ENDS}",
        rf"\b{_ANY}\s{_DAY}{_LAST},?\s{_YEAR}{_ENDS}",
        rf"\b{_ANY}(?:,\s|\s(?:of\s)?){_YEAR}{_ENDS}",
        rf"{_START}{_FIRST}{_DAY}\.?\s(?:of\s)?{_MONTH}(?!\w)",
        rf"\b{_MONTH}\s(?:the\s)?{_DAY}(?:\s?[-–]\s?(?P<last>\d{{1,2}}))?{_ENDS}",
        rf"(?<![\w.:]){_CLOCK}{_HALF}?(?![\w:])",
        rf"(?<![\w.:])(?P<hour>\d{{1,2}}){_HALF}(?![\w:])",
        rf"{_START}(?P<decade>[12]\d{{2}})0['’]?s\b",
    ))
]  # fmt: skip
"""Longer ones first: what one of them has taken is left out by those after it.

Before each stands what a text has in which it may be found, with the characters that
it may have before that.
"""
_HOURS = {"noon": ("12",), "midday": ("12",), "midnight": ("0", "24")}
_HOUR = re.compile(r"\b(?:12\s)?(?P<hour>noon|midday|midnight)\b", re.IGNORECASE)
_ALONE = re.compile(
    r"\b(?:in|since|until|till|by|during|early|late|mid|every|each|of|from|between)"
    rf"[ -](?P<month>{_NAMES})\b(?!\s\d)"
)


class Found(NamedTuple):
    """A value and its place in a text."""

    start: int
    end: int
    value: Value


def find_dates(text: str) -> Iterator[Found]:
    """Yield the dates and times of a text, one after the other of each form.

    They may overlap: the first of two is the fuller one.
    """
    words = words_of(text)
    has_digit = _DIGIT.search(text)
    names_a_month = not _MONTHS.keys().isdisjoint(words)
    signs = (_NUMERIC, _NAMED, _OTHER) if names_a_month else (_NUMERIC, _OTHER)
    likely = {each for each in signs if each[0].search(text)} if has_digit else ()
    for near, pattern in _PATTERNS:
        for found in find_near(pattern, *near, text) if near in likely else ():
            if value := _value(found):
                yield Found(found.start(), found.end(), value)
    for found in [] if _HOURS.keys().isdisjoint(words) else _HOUR.finditer(text):
        keys = frozenset(f"t:{each}:0" for each in _HOURS[found["hour"].lower()])
        yield Found(*found.span(), Value(found[0], "date", keys, keys))
    for found in _ALONE.finditer(text) if names_a_month else ():
        month = _MONTHS[found["month"].lower()]
        keys = frozenset({f"d:*-{month}"})
        yield Found(*found.span("month"), Value(found["month"], "date", keys, keys))


def _value(found: re.Match[str]) -> Value | None:
    fields = found.groupdict()
    text = found.group().strip()
    if decade := fields.get("decade"):
        keys = frozenset({f"e:{decade}"})
        return Value(text, "date", keys, keys)
    clock = _clock(fields) if fields.get("hour") else frozenset()
    if clock is None or ("number" not in fields and "month" not in fields):
        return Value(text, "date", clock, clock) if clock else None
    asks, gives = set[str](), set[str](clock)
    for month, day in _months_and_days(fields):
        if not (1 <= month <= 12 and (day is None or 1 <= day <= 31)):
            continue
        asks |= _asks(fields.get("year"), month, day)
        gives |= _gives(fields.get("year"), month, day)
    if not asks:
        return None
    if clock:  # both the day and the time of it must stand there
        asks = {f"{day}&{time}" for day in asks for time in clock}
    return Value(text, "date", frozenset(asks), frozenset(gives))


def _months_and_days(
    fields: dict[str, str | None],
) -> Iterator[tuple[int, int | None]]:
    """Yield how month and day may be meant: 03/05/2024 is either of two days."""
    name, number = fields.get("month"), fields.get("number")
    month = _MONTHS[name.lower()] if name else int(number or 0)
    days = [fields[each] for each in ("first", "day", "last") if fields.get(each)]
    for day in days:
        yield month, int(day or 0)
        if fields.get("sign") == "/" and _is_last(fields):
            yield int(day or 0), month
    if not days:
        yield month, None


def _is_last(fields: dict[str, str | None]) -> bool:
    """Whether the year stands last, where Americans put the month first."""
    return list(fields).index("year") > list(fields).index("day")


def _asks(year: str | None, month: int, day: int | None) -> set[str]:
    if not year:
        return {f"d:*-{month}-{day}"}
    if day is None:
        return {f"d:{year}-{month}"}
    return {f"d:{year}-{month}-{day}", f"D:{month}-{day}&d:{year}"}


def _gives(year: str | None, month: int, day: int | None) -> set[str]:
    keys = {f"d:*-{month}"}
    if day is not None:
        keys |= {f"d:*-{month}-{day}"} | (set() if year else {f"D:{month}-{day}"})
    if year:
        keys |= {f"d:{year}", f"d:{year}-{month}", f"e:{year[:3]}"}
        keys |= {f"d:{year}-{month}-{day}"} if day is not None else set()
    return keys


def _clock(fields: dict[str, str | None]) -> frozenset[str] | None:
    """Return how a time of day may be meant, None if it is none."""
    written = fields["hour"] or ""
    hour, minute = int(written), int(fields.get("minute") or 0)
    half = fields.get("half")
    if hour > (12 if half else 24) or minute > 59 or (half and not hour):
        return None
    hours = [hour % 12 + (12 if half == "p" else 0)] if half else [hour]
    if not half and 1 <= hour <= 12 and len(written) == 1:
        hours.append(hour % 12 + 12)
    seconds = fields.get("second")
    keys = {f"t:{each}:{minute}" for each in hours}
    if seconds and int(seconds):
        keys = {f"{each}:{int(seconds)}" for each in keys}
    return frozenset(keys)
