"""Changes a few values in the text of a suite, and leaves all else as it was written.

Comments, order and style of a file are its author's: what is changed is cut out of the
text by the places that the parser names, and what comes in its stead is put there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from agent.evals.placing import Located, Place

__all__ = ["edited_text"]


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    """Offset in the text."""
    end: int
    text: str


def edited_text(text: str, located: Located, new: Any) -> str:
    """Return the text of a suite with what is different in `new`.

    Nothing may have been taken away: to be without a key, its value becomes null.

    Args:
        text: As the file holds it.
        located: What it says.
        new: What it is to say.
    """
    if located.root is None:
        return _edited_lines(text, located, new)
    edits = sorted(_edits(text, located, located.data, new, ()), key=lambda e: e.start)
    for edit in reversed(edits):
        text = f"{text[: edit.start]}{edit.text}{text[edit.end :]}"
    return text


def _edited_lines(text: str, located: Located, new: Any) -> str:
    lines = text.split("\n")
    pairs = zip(located.data["cases"], new["cases"], located.lines, strict=True)
    for before, after, line in pairs:
        if before != after:
            lines[line - 1] = json.dumps(after, ensure_ascii=False)
    return "\n".join(lines)


def _edits(
    text: str, located: Located, old: Any, new: Any, place: Place
) -> Iterator[_Edit]:
    if old == new and type(old) is type(new):
        return
    node = located.node(place)
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() <= new.keys():
        for key in old:
            yield from _edits(text, located, old[key], new[key], (*place, key))
        added = [f"{key}: {_flow(new[key])}" for key in new if key not in old]
        yield from _added(node, added)
    elif isinstance(old, list) and isinstance(new, list) and len(old) <= len(new):
        for number, each in enumerate(old):
            yield from _edits(text, located, each, new[number], (*place, number))
        yield from _added(node, [_flow(each) for each in new[len(old) :]])
    else:
        start = node.start_mark.index
        space = "" if text[start - 1 : start].isspace() or start == 0 else " "
        is_bare = space and text[start - 1] == ":"
        yield _Edit(start, _end(node), f"{space if is_bare else ''}{_flow(new)}")


def _added(node: Any, items: list[str]) -> Iterator[_Edit]:
    """Yield what puts items behind those of a mapping or a list."""
    if not items:
        return
    end = _end(node)
    if node.flow_style or not node.value:
        comma = ", " if node.value else ""
        yield _Edit(end - 1, end - 1, comma + ", ".join(items))
        return
    mark = "- " if isinstance(node, yaml.SequenceNode) else ""
    line = f"\n{' ' * node.start_mark.column}{mark}"
    yield _Edit(end, end, "".join(f"{line}{each}" for each in items))


def _end(node: yaml.Node) -> int:
    """Return the offset behind the last character of a node.

    What the parser calls the end of a block is where the next thing begins.
    """
    last = node
    while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
        last = last.value[-1]
        if isinstance(last, tuple):
            last = last[1]
    end: int = last.end_mark.index
    return end


def _flow(value: Any) -> str:
    """Return a value in one line of YAML."""
    dumped: str = yaml.safe_dump(
        value,
        default_flow_style=True,
        width=float("inf"),
        allow_unicode=True,
        sort_keys=False,
    )
    line = dumped.removesuffix("...\n").rstrip("\n")
    return json.dumps(value) if "\n" in line else line
