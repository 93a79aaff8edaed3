"""What a file says, with the line of each part of it: YAML or JSON lines.

Safe YAML alone: no tags of Python, no aliases (few lines of them become many), no key
twice, no depth that a parser could run out of.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.errors import UsageError

__all__ = ["Located", "Place", "located_lines", "located_yaml"]

_MAX_DEPTH = 40
_MAX_LINE = 1_000_000
"""Characters of a line of JSON."""

Place = Sequence[int | str]


@dataclass(frozen=True, slots=True)
class Located:
    """What a file says, and where."""

    data: Any
    root: yaml.Node | None = None
    """Of YAML."""
    lines: tuple[int, ...] = ()
    """Of JSON lines: where each case stands, from 1."""

    def line(self, place: Place) -> int:
        """Return the line, from 1, of what comes nearest to a place."""
        if self.root is not None:
            return self.node(place).start_mark.line + 1
        is_case = len(place) > 1 and place[0] == "cases"
        return self.lines[int(place[1])] if is_case and self.lines else 1

    def node(self, place: Place) -> yaml.Node:
        """Return the innermost node on the way to a place that there is."""
        node = self.root
        assert node is not None  # noqa: S101 (asked of YAML alone)
        for part in place:
            inner = _inside(node, part)
            if inner is None:
                return node
            node = inner
        return node


def _inside(node: yaml.Node, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part] if part < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                inner: yaml.Node = value
                return inner
    return None


class _Loader(yaml.SafeLoader):
    """Safe YAML that is as large as it looks."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise self._refused("an alias (*) is not taken: write it out")
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._refused(f"it is nested deeper than {_MAX_DEPTH}")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refused(self, problem: str) -> "_Refused":
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs lack it
        return _Refused(problem, event.start_mark)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise _Refused(f'the key "{key.value}" is no text or is there twice',
                               key.start_mark)  # fmt: skip
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Refused(yaml.MarkedYAMLError):
    def __init__(self, problem: str, mark: yaml.Mark) -> None:
        super().__init__(problem=problem, problem_mark=mark)


def located_yaml(text: str, path: Path) -> Located:
    """Return what a file of YAML says.

    Raises:
        UsageError: it is no YAML of this kind; the text names the line.
    """
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        data = loader.construct_document(root) if root else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise UsageError(f"{path}{place}: {problem}.") from None
    except (ValueError, RecursionError) as error:  # a date such as 2024-99-99
        raise UsageError(f"{path} cannot be read: {error}.") from None
    finally:
        loader.dispose()
    return Located(data, root)


def located_lines(text: str, path: Path) -> Located:
    """Return what lines of JSON say: the first of the suite, each other of a case.

    Raises:
        UsageError: a line is no JSON object; the text names it.
    """
    objects = [
        (number, _object(line, number, path))
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]
    if not objects:
        raise UsageError(f"{path} is empty.")
    (_, head), *cases = objects
    data = {**head, "cases": [case for _, case in cases]}
    return Located(data, lines=tuple(number for number, _ in cases))


def _object(line: str, number: int, path: Path) -> dict[str, Any]:
    if len(line) > _MAX_LINE:
        raise UsageError(f"{path}, line {number} has over {_MAX_LINE:,} characters.")
    try:
        value = json.loads(line, object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}, line {number} is no JSON: {error}.") from None
    if not isinstance(value, dict):
        raise UsageError(f"{path}, line {number} is no JSON object.")
    return value


def _pairs(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f'the key "{key}" is there twice')
        found[key] = value
    return found
