"""The small form in which a search is restricted to some documents."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tools.errors import WhereError
from tools.text.spelling import composed

__all__ = ["Condition", "Where", "parse_where", "read_conditions"]

_NAME = r"[^\s=<>!*\"']++"
_FIELD = re.compile(_NAME)
_AND = re.compile(rf"(?<=\s)and(?=\s++{_NAME}\s*+=)", re.IGNORECASE)
"""Each is tried at its own place alone, and looks over one word: linear."""
_LONGEST = 4000
"""Characters of a condition: names have a thousand at most, titles five hundred."""
_SHOWN = 100
"""Characters of a condition that a message repeats."""
_OWN = ("document", "title")
"""Fields that every document has; the others are of its front matter."""
_NAMED = 20
"""Fields that a message names."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A pattern for one field of a document."""

    field: str
    """`document`, `title`, or a key of its front matter."""
    pattern: str
    """`*` stands for any characters; letters match in either case."""

    def matches(self, name: str, title: str, metadata: Mapping[str, str]) -> bool:
        """Whether a document fits; one without the field does not."""
        own = {"document": name, "title": title}
        value = own.get(self.field, metadata.get(self.field))
        # Only `*` is special: a title may well hold brackets and question marks.
        pattern = self.pattern.replace("[", "[[]").replace("?", "[?]")
        return value is not None and fnmatchcase(_folded(value), _folded(pattern))


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions that a document must all fit."""

    conditions: tuple[Condition, ...]

    def matches(self, name: str, title: str, metadata: Mapping[str, str]) -> bool:
        """Whether the document is searched."""
        return all(each.matches(name, title, metadata) for each in self.conditions)

    def require_fields(self, known: Iterable[str]) -> None:
        """Raise a `WhereError` if a condition names a field that no document has."""
        fields = [*_OWN, *sorted(set(known) - {*_OWN})]
        for each in self.conditions:
            if each.field not in fields:
                raise WhereError(
                    f'where: no document has a field "{each.field}"; there are '
                    f"{', '.join(fields[:_NAMED])}"
                )


def parse_where(text: str | None) -> Where | None:
    """Read `document=faq/*`, `title=*index* and lang=en`; blank is no restriction.

    Raises:
        WhereError: the text has another form, or is too long.
    """
    if text is None or not text.strip():
        return None
    if len(text) > _LONGEST:
        raise WhereError(
            f"where: it has {len(text):,} characters, and {_LONGEST:,} are read; name "
            "fewer documents, with * for any characters"
        )
    return read_conditions(text)


def read_conditions(text: str) -> Where:
    """Read conditions of any length, in time that is in proportion to it.

    Raises:
        WhereError: the text has another form.
    """
    given = composed(text)
    return Where(tuple(_read(part, given) for part in _AND.split(given)))


def _read(part: str, text: str) -> Condition:
    field, _, pattern = (each.strip() for each in part.partition("="))
    if not _FIELD.fullmatch(field) or not pattern:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise WhereError(
            f'where: "{shown}" has not the form FIELD=PATTERN (FIELD is document, '
            "title or a key of front matter; in PATTERN * stands for any characters), "
            "or two joined by and"
        )
    if pattern[0] in "\"'" and pattern[-1] == pattern[0] and len(pattern) > 1:
        pattern = pattern[1:-1]
    return Condition(field, pattern)


def _folded(text: str) -> str:
    """Return a text without its case, its letters and their accents composed."""
    return composed(composed(text).casefold())
