"""Reads front matter: what a Markdown document says of itself between two `---`.

Its values are text as it was written: what YAML would make of `no`, `1.10` or a date is
nobody's meaning here. A line that is not YAML costs that line. Aliases are not followed
and tags mean nothing, so that no few lines become many, or anything but text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from tools.text.clean import scalar

__all__ = ["Properties", "plain_values", "read_properties"]

_MAX_SIZE = 64 * 1024
"""Characters; what is larger is no front matter, but text."""
_MAX_VALUES = 50
"""Of one document; the rest of a table that poses as front matter is left out."""
_MAX_DEPTH = 20
"""Lists within lists; PyYAML's time grows with the square of their depth."""
_MAX_NAMED = 3
"""Lines that are named as unread; of more their number is said."""
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"(?:\"([^\"]+)\"|'([^']+)'|(.+?))[ \t]*:(?:[ \t]+|$)")
_NO_KEY = re.compile(r"[-?](?:\s|$)|[\[\]{}&*!|>%@`\"'#,]|<<")
_ITEM = re.compile(r"-(?:\s+|$)")
_COMMENT = re.compile(r"[ \t]#")
_FENCES = ("```", "~~~")
_SENTENCE = (".", "!", "?", "…", "。", "！", "？", ",", ";")
"""How a line of prose ends, and a value seldom does."""
_WELL_KNOWN = {
    "aliases", "author", "authors", "categories", "category", "date", "description",
    "draft", "id", "keywords", "lang", "language", "layout", "permalink", "slug",
    "subtitle", "summary", "tag", "tags", "title", "toc", "updated", "version",
}  # fmt: skip
"""Keys that Jekyll, Hugo, Pandoc, Docusaurus and Obsidian document."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a document says of itself, and where its text begins."""

    end: int = 0
    """0-based line after it; 0 where there is none."""
    values: dict[str, str] = field(default_factory=dict)
    """Lists joined by commas; mappings are left out."""
    remarks: tuple[str, ...] = ()
    """Which of its lines could not be read, in words."""


@dataclass(slots=True)
class _Entry:
    line: int
    """1-based, of the document."""
    key: str
    value: str
    """What stands behind the colon."""
    more: list[str] = field(default_factory=list)
    """The lines below that are indented, or items of its list."""


class _UnreadError(Exception):
    """An entry that is no YAML, or needs what is not read here."""


class _Loader(yaml.BaseLoader):
    """All scalars are text."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases, for nine of nine levels are a thousand million values."""
        self.depth += 1
        if self.check_event(yaml.AliasEvent) or self.depth > _MAX_DEPTH:
            raise _UnreadError
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_properties(text: str) -> Properties:
    """Return the front matter of a Markdown text.

    `---` and another `---` or `...` are its bounds; where prose stands between them
    they are breaks between paragraphs, and all of it is text.
    """
    first, _, _ = text.partition("\n")
    if first.rstrip(" \t") != "---":
        return Properties()
    close = _CLOSE.search(text, len(first) + 1)
    if close is None:
        return Properties()
    if close.start() > _MAX_SIZE:
        return Properties(remarks=("front matter of over 64 KiB was read as text",))
    lines = text[len(first) + 1 : close.start()].split("\n")[:-1]
    entries, odd = _entries(lines)
    if _is_prose(entries, odd) or any(line.startswith(_FENCES) for line in lines):
        return Properties()
    values = plain_values(_values(entries, odd))
    return Properties(len(lines) + 2, values, _remarks(sorted(odd)))


def plain_values(values: Mapping[Any, Any]) -> dict[str, str]:
    """Return what a document says of itself as text: plain values and lists of them."""
    texts = {str(name)[:100]: _as_text(value) for name, value in values.items()}
    kept = [(name, text[:500]) for name, text in texts.items() if text is not None]
    return {scalar(name): scalar(text) for name, text in kept[:_MAX_VALUES]}


def _as_text(value: object) -> str | None:
    """Return a plain value, or a list of them, as text; None for anything else."""
    if isinstance(value, list):
        parts = [_as_text(each) for each in value if not isinstance(each, list)]
        return ", ".join(part for part in parts if part) or None
    return str(value) if isinstance(value, str | int | float | bool | date) else None


def _entries(lines: Sequence[str]) -> tuple[list[_Entry], list[int]]:
    """Return the entries, and the numbers of the lines that belong to none."""
    entries: list[_Entry] = []
    odd: list[int] = []
    shown = [line for line in lines if line.strip()]
    base = len(shown[0]) - len(shown[0].lstrip(" ")) if shown else 0
    commented = any(_KEY.match(line) for line in shown if not line.startswith("#"))
    for number, line in enumerate(lines, 2):
        here = line.rstrip()
        body = here[base:] if here[:base].isspace() or not base else here
        if entries and _goes_on(entries[-1], body):
            entries[-1].more.append(body)
            continue
        if not body or (body.startswith("#") and (entries or commented)):
            continue
        entry = _entry(number, body)
        if entry is None:
            odd.append(number)
        else:
            entries.append(entry)
    return entries, odd


def _goes_on(entry: _Entry, line: str) -> bool:
    """Whether a line belongs to the entry above it."""
    if not line or line[0] in " \t":
        return True
    if _ITEM.match(line):
        return not entry.value or entry.value.startswith("#")
    return line.strip("]}, ") == "" and entry.value.startswith(("[", "{"))


def _entry(number: int, line: str) -> _Entry | None:
    found = _KEY.match(line)
    if found is None:
        return None
    quoted = found[1] or found[2]
    if quoted is None and _NO_KEY.match(line):
        return None
    return _Entry(number, quoted or found[3], line[found.end() :].strip())


def _is_prose(entries: list[_Entry], odd: list[int]) -> bool:
    """Whether lines that stand between two breaks are text rather than front matter.

    Keys are names, in small letters or well known; `Note: see below.` is a sentence.
    """
    if not entries:
        return bool(odd)
    known = sum(entry.key.casefold() in _WELL_KNOWN for entry in entries)
    if odd and odd[0] < entries[0].line and not known:
        return True
    named = sum(_is_name(entry.key) for entry in entries)
    others = [entry for entry in entries if not _is_name(entry.key)]
    spoken = len(odd) + sum(_is_spoken(entry) for entry in others)
    if named:
        return 2 * known + len(entries) - len(others) < spoken
    return bool(spoken) or len(others) < 2


def _is_name(key: str) -> bool:
    if key.casefold() in _WELL_KNOWN:
        return True
    return not key[0].isupper() and not any(sign.isspace() for sign in key)


def _is_spoken(entry: _Entry) -> bool:
    last = entry.more[-1] if entry.more else entry.value
    return last.endswith(_SENTENCE)


def _values(entries: list[_Entry], odd: list[int]) -> dict[str, str]:
    """Return what can be read, and add the lines of the rest to the odd ones."""
    values: dict[str, str] = {}
    for entry in entries:
        if entry.key in values:
            odd.append(entry.line)  # the first of two stays
            continue
        try:
            value = _value(entry)
        except _UnreadError:
            odd.append(entry.line)
            continue
        if value:
            values[entry.key] = value
    return values


def _value(entry: _Entry) -> str | None:
    """Return the text of an entry; None for an empty one and for a mapping."""
    first = "" if entry.value.startswith("#") else entry.value
    more = [line for line in entry.more if line.strip()]
    if not more:
        return _single(first)
    items = [line.strip() for line in more if not line.lstrip().startswith("#")]
    if not first and all(_ITEM.match(item) for item in items):
        texts = [_single(_ITEM.sub("", item, count=1)) for item in items]
        return ", ".join(text for text in texts if text) or None
    try:
        return _by_yaml("\n".join([first, *entry.more]))
    except yaml.YAMLError as error:
        if not first or first[0] in "[{|>&!\"'":
            raise _UnreadError from error
        return " ".join([first, *items])  # lines of prose, with a colon in them


def _single(text: str) -> str | None:
    """Return a value that stands on one line, as it was written if it is no YAML."""
    text = text.strip()
    if not text or text.startswith(("#", "{{", "{%", "- ", "? ")):
        return text if text[:1] not in {"", "#"} else None
    if text[0] in "\"'[{&*|>" or text.startswith("!!"):
        try:
            return _by_yaml(text)
        except yaml.YAMLError:
            return text
    comment = _COMMENT.search(text)
    return text[: comment.start()].rstrip() if comment else text


def _by_yaml(text: str) -> str | None:
    """Return a scalar or a list as text, None for a mapping.

    Raises:
        YAMLError: it is no YAML.
    """
    node = yaml.compose(text, Loader=_Loader)
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(_scalars(node)) or None
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else None


def _scalars(node: yaml.SequenceNode) -> Iterator[str]:
    for each in node.value:
        if isinstance(each, yaml.ScalarNode) and each.value:
            yield str(each.value)


def _remarks(odd: list[int]) -> tuple[str, ...]:
    if not odd:
        return ()
    shown = ", ".join(map(str, odd[:_MAX_NAMED]))
    rest = f" and {len(odd) - _MAX_NAMED} more" if len(odd) > _MAX_NAMED else ""
    lines = "line" if len(odd) == 1 else "lines"
    return (f"{lines} {shown}{rest} of its front matter could not be read",)
