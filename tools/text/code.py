"""Reads the definitions of source code, by tree-sitter's grammars."""

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from operator import itemgetter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

__all__ = ["Definition", "is_code", "read_definitions"]

_MAX_SOURCE = 2_000_000
"""Bytes; what is larger was generated, and is split like plain text."""
_MAX_NAME = 80
_MAX_ERROR = 1000
"""Parts of an error; a query of so many takes milliseconds."""
_MAX_DEPTH = 20
"""Definitions within definitions; those within the innermost stay in its text."""
_WRAPPERS = {"decorated_definition", "export_statement", "template_declaration"}
_ATTACHED = {
    "comment", "line_comment", "block_comment", "multiline_comment", "attribute_item",
    "decorator",
}  # fmt: skip
_BINDING = """(lexical_declaration (variable_declarator
  name: (_) @name value: [(arrow_function) (function_expression)])) @here"""
_JAVASCRIPT = f"""
[(function_declaration name: (_) @name) (generator_function_declaration name: (_) @name)
 (class_declaration name: (_) @name) (method_definition name: (_) @name)] @here
{_BINDING}
"""
_TYPESCRIPT = f"""{_JAVASCRIPT}
[(abstract_class_declaration name: (_) @name) (interface_declaration name: (_) @name)
 (enum_declaration name: (_) @name) (type_alias_declaration name: (_) @name)
 (internal_module name: (_) @name)] @here
"""
_C = """
(function_definition declarator: (_) @name) @here
[(struct_specifier name: (_) @name body: (_)) (enum_specifier name: (_) @name body: (_))
 (union_specifier name: (_) @name body: (_))] @here
"""


@dataclass(frozen=True, slots=True)
class Definition:
    """A class, a function or another named part of a program."""

    name: str
    start: int
    """0-based line where it begins, with the comments and decorators above it."""
    end: int
    """0-based line after its last."""
    inner: tuple["Definition", ...]
    """What is defined within it."""


@dataclass(frozen=True, slots=True)
class _Grammar:
    package: str
    query: str
    """What counts as a definition: `@here` it stands, `@name` it is called."""
    entry: str = "language"


_PYTHON = _Grammar(
    "tree_sitter_python",
    "[(class_definition name: (_) @name) (function_definition name: (_) @name)] @here",
)
_JS = _Grammar("tree_sitter_javascript", _JAVASCRIPT)
_TS = _Grammar("tree_sitter_typescript", _TYPESCRIPT, "language_typescript")
_TSX = _Grammar("tree_sitter_typescript", _TYPESCRIPT, "language_tsx")
_GO = _Grammar(
    "tree_sitter_go",
    """(function_declaration name: (_) @name) @here
    (method_declaration
      receiver: (parameter_list (parameter_declaration type: (_) @of))
      name: (_) @name) @here
    (type_declaration (type_spec name: (_) @name)) @here""",
)
_RUST = _Grammar(
    "tree_sitter_rust",
    """[(function_item name: (_) @name) (struct_item name: (_) @name)
    (enum_item name: (_) @name) (trait_item name: (_) @name)
    (mod_item name: (_) @name body: (_)) (macro_definition name: (_) @name)
    (impl_item type: (_) @name)] @here""",
)
_JAVA = _Grammar(
    "tree_sitter_java",
    """[(class_declaration name: (_) @name) (interface_declaration name: (_) @name)
    (enum_declaration name: (_) @name) (record_declaration name: (_) @name)
    (annotation_type_declaration name: (_) @name)
    (method_declaration name: (_) @name)
    (constructor_declaration name: (_) @name)] @here""",
)
_CC = _Grammar("tree_sitter_c", _C)
_CPP = _Grammar(
    "tree_sitter_cpp",
    f"""{_C} [(class_specifier name: (_) @name body: (_))
    (namespace_definition name: (_) @name)] @here""",
)
_RUBY = _Grammar(
    "tree_sitter_ruby",
    """[(class name: (_) @name) (module name: (_) @name) (method name: (_) @name)
    (singleton_method name: (_) @name)] @here""",
)
_PHP = _Grammar(
    "tree_sitter_php",
    """[(class_declaration name: (_) @name) (interface_declaration name: (_) @name)
    (trait_declaration name: (_) @name) (enum_declaration name: (_) @name)
    (function_definition name: (_) @name)
    (method_declaration name: (_) @name)] @here""",
    "language_php",
)
_CSHARP = _Grammar(
    "tree_sitter_c_sharp",
    """[(class_declaration name: (_) @name) (struct_declaration name: (_) @name)
    (interface_declaration name: (_) @name) (record_declaration name: (_) @name)
    (enum_declaration name: (_) @name) (namespace_declaration name: (_) @name)
    (method_declaration name: (_) @name)
    (constructor_declaration name: (_) @name)] @here""",
)
_BASH = _Grammar("tree_sitter_bash", "(function_definition name: (_) @name) @here")
_KOTLIN = _Grammar(
    "tree_sitter_kotlin",
    """[(class_declaration name: (_) @name) (object_declaration name: (_) @name)
    (function_declaration name: (_) @name)] @here""",
)
_SWIFT = _Grammar(
    "tree_sitter_swift",
    """[(class_declaration name: (_) @name) (protocol_declaration name: (_) @name)
    (function_declaration name: (_) @name)] @here
    (init_declaration "init" @name) @here""",
)
_GRAMMARS = {
    ".py": _PYTHON, ".pyi": _PYTHON,
    ".js": _JS, ".mjs": _JS, ".cjs": _JS, ".jsx": _JS,
    ".ts": _TS, ".mts": _TS, ".cts": _TS, ".tsx": _TSX,
    ".go": _GO, ".rs": _RUST, ".java": _JAVA,
    ".c": _CC, ".h": _CPP, ".cc": _CPP, ".cpp": _CPP, ".cxx": _CPP, ".hpp": _CPP,
    ".rb": _RUBY, ".php": _PHP, ".cs": _CSHARP, ".sh": _BASH, ".bash": _BASH,
    ".kt": _KOTLIN, ".kts": _KOTLIN, ".swift": _SWIFT,
}  # fmt: skip


def is_code(name: str) -> bool:
    """Whether a file of this name is code whose grammar is installed."""
    grammar = _grammar(name)
    return grammar is not None and find_spec(grammar.package) is not None


def read_definitions(text: str, name: str) -> tuple[Definition, ...]:
    """Return the definitions of a program, outermost first, in order.

    Args:
        text: The program; what cannot be parsed in it is left out.
        name: The name of its file, which says the language.
    """
    from tree_sitter import Parser, QueryCursor

    grammar = _grammar(name)
    source = text.encode("utf-8", "replace")
    if grammar is None or len(source) > _MAX_SOURCE:
        return ()
    tree = Parser(_language(grammar)).parse(source)
    if _is_broken(tree.root_node):
        return ()
    matches = QueryCursor(_query(grammar)).matches(tree.root_node)
    lines = source.split(b"\n")
    named = {each["here"][0].id: _name_of(each, source) for _, each in matches}
    starts = sorted(each["here"][0].start_byte for _, each in matches)
    found = [
        (first, -min(node.end_point[0] + 1, len(lines)), named[node.id])
        for node, first in _first_lines(tree.root_node, starts, named, lines)
    ]
    found.sort(key=itemgetter(0, 1))
    return _nested(_Span(name, start, -end) for start, end, name in found)


def _is_broken(root: "Node") -> bool:
    """Whether a part that is no program is so long that a query would take minutes.

    tree-sitter 0.26 looks for each child of an error through all of those before it.
    """
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        if node.is_error and node.child_count > _MAX_ERROR:
            return True
        waiting += [each for each in node.children if each.has_error]
    return False


def _grammar(name: str) -> _Grammar | None:
    return _GRAMMARS.get(PurePosixPath(name).suffix.lower())


@cache
def _language(grammar: _Grammar) -> "Language":
    from tree_sitter import Language

    return Language(getattr(import_module(grammar.package), grammar.entry)())


@cache
def _query(grammar: _Grammar) -> "Query":
    from tree_sitter import Query

    return Query(_language(grammar), grammar.query)


@dataclass(slots=True)
class _Span:
    """A definition while those within it are put there."""

    name: str
    start: int
    end: int
    inner: list["_Span"] = field(default_factory=list)

    def frozen(self) -> Definition:
        inner = tuple([each.frozen() for each in self.inner]) if self.inner else ()
        return Definition(self.name, self.start, self.end, inner)


def _name_of(captures: dict[str, list["Node"]], source: bytes) -> str:
    name = _name(captures["name"][0], source)
    owner = captures.get("of")
    return f"{_name(owner[0], source)} › {name}" if owner else name


def _name(node: "Node", source: bytes) -> str:
    start = node.start_byte
    end = min(node.end_byte, start + 8 * _MAX_NAME)
    text = source[start:end].decode("utf-8", "replace").partition("(")[0]
    return " ".join(text.split()).strip("*& ")[:_MAX_NAME]


def _first_lines(
    root: "Node", starts: list[int], named: Container[int], lines: list[bytes]
) -> Iterator[tuple["Node", int]]:
    """Yield the nodes that are a definition, each with the line where it begins.

    From above: a node is asked for its children once, for its parent or its sibling it
    would look through all of them from the root. What holds no other definition is not
    asked at all.
    """
    waiting: list[tuple[Node, int | None]] = [(root, None)]
    while waiting:
        node, wrapped = waiting.pop()
        children = node.children
        for index, child in enumerate(children):
            at = bisect_left(starts, child.start_byte)
            within = bisect_left(starts, child.end_byte, at) - at
            if not within:
                continue
            first = wrapped
            if first is None:
                first = _first_line(children, index, lines)
            if child.id in named:
                yield child, first
                within -= 1
            if within:
                waiting.append((child, first if child.type in _WRAPPERS else None))


def _first_line(siblings: list["Node"], index: int, lines: list[bytes]) -> int:
    """Return the line of a node, or of what stands directly above it for it."""
    first = siblings[index].start_point[0]
    for at in range(index - 1, -1, -1):
        above = siblings[at]
        if above.type not in _ATTACHED:
            break
        row, column = above.start_point
        last = above.end_point[0] - (above.end_point[1] == 0)
        apart = last + 1 < first or row >= first
        if apart or lines[row][:column].strip():
            break
        first = row
    return first


def _nested(found: Iterable[_Span]) -> tuple[Definition, ...]:
    """Put definitions into those that hold them; of two on one line the outer stays."""
    outermost: list[_Span] = []
    around: list[_Span] = []
    for here in found:
        while around and here.start >= around[-1].end:
            around.pop()
        if around and here.start == around[-1].start:
            continue
        if len(around) < _MAX_DEPTH:
            (around[-1].inner if around else outermost).append(here)
            around.append(here)
    return tuple(each.frozen() for each in outermost)
