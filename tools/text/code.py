"""Reads the definitions of source code, by tree-sitter's grammars."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

__all__ = ["Definition", "is_code", "read_definitions"]

_MAX_SOURCE = 2_000_000
"""Bytes; what is larger was generated, and is split like plain text."""
_MAX_NAME = 80
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
    language = _language(grammar)
    tree = Parser(language).parse(source)
    matches = QueryCursor(_query(grammar)).matches(tree.root_node)
    lines = source.split(b"\n")
    found = [_found(captures, lines) for _, captures in matches]
    found.sort(key=lambda each: (each.start, -each.end))
    return _nested(found, len(lines))


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


def _found(captures: dict[str, list["Node"]], lines: list[bytes]) -> Definition:
    node = captures["here"][0]
    names = [each for key in ("of", "name") for each in captures.get(key, [])[:1]]
    name = " › ".join(_name(each) for each in names)
    return Definition(name, _first_line(node, lines), node.end_point[0] + 1, ())


def _name(node: "Node") -> str:
    text = (node.text or b"").decode("utf-8", "replace").split("(")[0]
    return " ".join(text.split()).strip("*& ")[:_MAX_NAME]


def _first_line(node: "Node", lines: list[bytes]) -> int:
    """Return the line of a definition, or of what stands directly above it for it."""
    while node.parent and node.parent.type in _WRAPPERS:
        node = node.parent
    first = node.start_point[0]
    above = node.prev_sibling
    while above and above.type in _ATTACHED:
        row, column = above.start_point
        last = above.end_point[0] - (above.end_point[1] == 0)
        if last + 1 < first or row >= first or lines[row][:column].strip():
            break
        first, above = row, above.prev_sibling
    return first


def _nested(found: list[Definition], end: int) -> tuple[Definition, ...]:
    """Put definitions into those that hold them; of two on one line the outer stays."""
    kept: list[Definition] = []
    at = 0
    while at < len(found):
        here = found[at]
        inside = at + 1
        while inside < len(found) and found[inside].start < here.end:
            inside += 1
        within = [each for each in found[at + 1 : inside] if each.start > here.start]
        inner = _nested(within, here.end)
        kept.append(Definition(here.name, here.start, min(here.end, end), inner))
        at = inside
    return tuple(kept)
