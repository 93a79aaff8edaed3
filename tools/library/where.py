"""The small form in which a search is restricted to some documents."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tools.errors import WhereError

__all__ = ["Condition", "Where", "parse_where"]

_FORM = re.compile(r"\s*([\w.-]+)\s*=\s*(\S.*?)\s*", re.DOTALL)
_AND = re.compile(r"\s+and\s+(?=[\w.-]+\s*=)", re.IGNORECASE)
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
        return value is not None and fnmatchcase(value.casefold(), pattern.casefold())


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
        WhereError: the text has another form.
    """
    if text is None or not text.strip():
        return None
    return Where(tuple(_read(part, text) for part in _AND.split(text)))


def _read(part: str, text: str) -> Condition:
    found = _FORM.fullmatch(part)
    if found is None:
        raise WhereError(
            f'where: "{text}" has not the form FIELD=PATTERN, for example '
            "document=faq/* (the * stands for any characters), or two joined by and"
        )
    field, pattern = found.groups()
    if pattern[0] in "\"'" and pattern[-1] == pattern[0] and len(pattern) > 1:
        pattern = pattern[1:-1]
    return Condition(field, pattern)
