"""The house: which room may import which, how large a room may be, no circles.

The import table is that of CONTRIBUTING.md. A room is a folder of `agent/` or `tools/`,
or a module that lies directly in one of them; imports within functions and for type
checkers alone count as any other.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOP = ("agent", "tools", "prompts")
MAX_LINES = 300
MAX_MODULES = 14

EVERYBODY = {
    "tools.errors", "tools.retries", "tools.processes", "tools.telemetry",
    "tools.threads", "tools.own_files",
}  # fmt: skip
"""What any room may import."""
_A_TOOL = {
    "tools.calls", "tools.documents", "tools.evidence", "tools.grounding",
    "tools.library", "tools.text",
}  # fmt: skip
ALLOWED: dict[str, set[str]] = {
    "prompts": set(),
    # What the model can call, and what everybody may use.
    "tools.search": _A_TOOL,
    "tools.fetch": _A_TOOL,
    "tools.requery": _A_TOOL,
    "tools.final_answer": _A_TOOL,
    "tools.errors": set(),
    "tools.retries": set(),
    "tools.processes": set(),
    "tools.telemetry": set(),
    "tools.threads": set(),
    "tools.complaints": set(),
    "tools.responses": set(),
    "tools.own_files": set(),
    # What a tool works with.
    "tools.text": set(),
    "tools.documents": {"tools.text"},
    "tools.sources": {"tools.documents", "tools.sources.formats", "tools.text"},
    "tools.sources.formats": {"tools.documents", "tools.text"},
    "tools.sources.formats.web": {"tools.sources.formats", "tools.text"},
    "tools.sources.formats.office": {
        "tools.sources.formats", "tools.sources.formats.web", "tools.text",
    },
    "tools.embedding": {"tools.documents", "tools.responses", "tools.text"},
    "tools.pair_model": {"tools.text"},
    "tools.reranking": {"tools.pair_model", "tools.responses", "tools.text"},
    "tools.milvus": set(),
    "tools.library": {
        "tools.documents", "tools.embedding", "tools.milvus", "tools.reranking",
        "tools.text",
    },
    "tools.evidence": {"tools.text"},
    "tools.grounding.lists": set(),
    "tools.grounding.values": {"tools.grounding.lists"},
    "tools.grounding.wording": {"tools.text"},
    "tools.grounding.support": {
        "tools.grounding.lists", "tools.grounding.values", "tools.grounding.wording",
        "tools.text",
    },
    "tools.grounding": {
        "tools.evidence", "tools.grounding.lists", "tools.grounding.support",
        "tools.grounding.values", "tools.grounding.wording", "tools.text",
    },
    "tools.entailment": {"tools.grounding.support", "tools.pair_model"},
    "tools.trajectory": {"tools.text"},
    "tools.calls": {
        "tools.documents", "tools.evidence", "tools.grounding",
        "tools.grounding.support", "tools.library", "tools.text", "tools.trajectory",
    },
    # What is done with a library besides asking it.
    "tools.ingestion": {
        "tools.documents", "tools.embedding", "tools.library", "tools.sources",
    },
    "tools.upkeep": {
        "tools.documents", "tools.ingestion", "tools.library", "tools.milvus",
        "tools.sources",
    },
    "tools.verification": {
        "tools.documents", "tools.evidence", "tools.grounding",
        "tools.grounding.support", "tools.library", "tools.text",
    },
    "tools.bulk": {
        "tools.documents", "tools.embedding", "tools.ingestion", "tools.library",
        "tools.milvus", "tools.sources", "tools.text",
    },
    # From a question to an answer; each may import all of tools besides.
    "agent.settings": set(),
    "agent.events": set(),
    "agent.model_call": set(),
    "agent.answer": {"agent.events", "agent.settings"},
    "agent.opening": {"agent.settings"},
    "agent.endpoints.complaints": set(),
    "agent.endpoints": {
        "agent.endpoints.complaints", "agent.events", "agent.model_call",
        "agent.settings", "prompts",
    },
    "agent.wire.turns": {"agent.events"},
    "agent.wire.repairs": {"agent.wire.turns"},
    "agent.wire": {
        "agent.endpoints", "agent.events", "agent.model_call", "agent.wire.repairs",
        "agent.wire.turns", "prompts",
    },
    "agent.extractive": {"agent.endpoints", "agent.model_call"},
    "agent.guided": {
        "agent.endpoints", "agent.extractive", "agent.model_call", "agent.wire",
        "prompts",
    },
    "agent.modes": {"agent.endpoints", "agent.settings", "agent.wire"},
    "agent.conversations": {"agent.answer"},
    "agent.loop": {
        "agent.answer", "agent.endpoints", "agent.events", "agent.extractive",
        "agent.guided", "agent.model_call", "agent.modes", "agent.settings",
        "agent.wire", "agent.wire.turns", "prompts",
    },
    "agent.checking": {
        "agent.endpoints", "agent.loop", "agent.model_call", "agent.settings",
        "agent.wire", "prompts",
    },
    "agent.assistant": {
        "agent.answer", "agent.checking", "agent.conversations", "agent.endpoints",
        "agent.events", "agent.extractive", "agent.loop", "agent.modes",
        "agent.opening", "agent.recording", "agent.settings", "agent.wire",
    },
    "agent.asking": {
        "agent.answer", "agent.assistant", "agent.conversations", "agent.events",
        "agent.settings",
    },
    "agent.ingesting": {"agent.opening", "agent.settings"},
    # What tests models, servers and agents.
    "agent.statistics": set(),
    "agent.matching": {"agent.answer"},
    "agent.recording": {"prompts"},
    "agent.junit": set(),
    "agent.tool_schemas.shown": set(),
    "agent.tool_schemas.rules": {"agent.tool_schemas.shown"},
    "agent.tool_schemas": {"agent.tool_schemas.rules", "agent.tool_schemas.shown"},
    "agent.conformance.exchanges": {
        "agent.wire", "agent.wire.repairs", "agent.wire.turns",
    },
    "agent.conformance.rules": {"agent.conformance.exchanges", "agent.wire.turns"},
    "agent.conformance": {
        "agent.conformance.exchanges", "agent.conformance.rules", "agent.endpoints",
        "agent.recording", "agent.settings", "agent.statistics", "agent.wire",
    },
    "agent.conformance.probes": {
        "agent.conformance", "agent.conformance.exchanges", "agent.conformance.rules",
        "agent.statistics", "agent.testing.servers", "agent.tool_schemas", "agent.wire",
    },
    "agent.conformance.cases": {
        "agent.conformance", "agent.conformance.exchanges",
        "agent.conformance.probes", "agent.conformance.rules", "agent.wire",
    },
    "agent.conformance.reports": {
        "agent.conformance", "agent.conformance.exchanges", "agent.conformance.rules",
        "agent.junit",
    },
    "agent.conformance.bugs": {
        "agent.conformance", "agent.conformance.exchanges", "agent.conformance.rules",
        "agent.endpoints",
    },
    "agent.evals": {
        "agent.answer", "agent.assistant", "agent.conversations", "agent.matching",
        "agent.recording", "agent.settings", "agent.statistics",
    },
    "agent.evals.revising": {"agent.answer", "agent.evals", "agent.matching"},
    "agent.evals.reports": {"agent.evals", "agent.junit", "agent.statistics"},
    "agent.testing.servers": {"agent.tool_schemas"},
    "agent.testing.faults": {"agent.testing.servers"},
    "agent.testing": {
        "agent.answer", "agent.matching", "agent.recording", "agent.statistics",
        "agent.testing.faults", "agent.testing.servers", "agent.wire.turns",
    },
    # What a person or a script meets.
    "agent.screen": {"agent.answer", "agent.events"},
    "agent.output": {"agent.answer", "agent.events", "agent.screen"},
    "agent.repl": {
        "agent.answer", "agent.assistant", "agent.conversations", "agent.endpoints",
        "agent.events", "agent.output", "agent.recording", "agent.screen",
        "agent.settings",
    },
    "agent.cli.ending": {"agent.output", "agent.screen"},
    "agent.cli.flags.groups": {"agent.settings"},
    "agent.cli.flags": {"agent.cli.flags.groups", "agent.settings"},
    "agent.cli.given": {
        "agent.opening", "agent.recording", "agent.screen", "agent.settings",
    },
    "agent.cli": {
        "agent.answer", "agent.assistant", "agent.checking", "agent.cli.ending",
        "agent.cli.flags", "agent.cli.flags.groups", "agent.cli.given",
        "agent.conformance", "agent.conformance.bugs", "agent.conformance.cases",
        "agent.conformance.exchanges", "agent.conformance.probes",
        "agent.conformance.reports", "agent.conversations", "agent.endpoints",
        "agent.evals", "agent.evals.reports", "agent.evals.revising", "agent.events",
        "agent.matching", "agent.modes",
        "agent.opening", "agent.output", "agent.recording", "agent.repl",
        "agent.screen", "agent.settings", "agent.statistics", "agent.tool_schemas",
        "agent.tool_schemas.rules", "agent.tool_schemas.shown",
    },
}  # fmt: skip
"""The table: what each room may import, besides what everybody may."""


def name_of(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_of(root: Path) -> dict[str, Path]:
    paths = [path for top in TOP for path in sorted((root / top).rglob("*.py"))]
    return {name_of(path, root): path for path in paths}


def imports_of(path: Path, known: Set[str]) -> Iterator[str]:
    """Yield the modules that a module imports, wherever in it; packages if need be."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else str(node.module)


def graph_of(root: Path) -> dict[str, set[str]]:
    """Return what each of our modules imports of the others.

    `agent/__init__.py` names where the public names live, and is imported by nobody.
    """
    modules = modules_of(root)
    return {
        name: set(imports_of(path, modules.keys())) & modules.keys()
        for name, path in modules.items()
        if name != "agent"
    }


def room_of(module: str) -> str:
    """Return the folder that a module lies in, or itself at the top of a package."""
    if module == "prompts" or module in ALLOWED:
        return module
    parent = module.rpartition(".")[0]
    return parent if "." in parent else module


def rooms_of(graph: Mapping[str, Set[str]]) -> dict[str, set[str]]:
    rooms: dict[str, set[str]] = {}
    for module, imported in graph.items():
        room = room_of(module)
        rooms.setdefault(room, set()).update(map(room_of, imported))
    return {room: found - {room} for room, found in rooms.items()}


def wrong_arrows(root: Path) -> list[str]:
    found = []
    for module, imported in graph_of(root).items():
        room = room_of(module)
        for each in sorted(imported):
            other = room_of(each)
            free = other == room or other in EVERYBODY
            from_tools = room.startswith("agent.") and other.startswith("tools.")
            if not (free or from_tools or other in ALLOWED.get(room, set())):
                found.append(f"{module} imports {each}")
    return found


def circle(graph: Mapping[str, Set[str]]) -> list[str]:
    """Return the names on a circle, none where there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        return names
    return []


def oversized(root: Path) -> list[str]:
    modules = modules_of(root).values()
    lines = {path: len(path.read_text().splitlines()) for path in modules}
    found = [
        f"{path.relative_to(root)} has {count} lines"
        for path, count in lines.items()
        if count > MAX_LINES
    ]
    folders = Counter(path.parent for path in modules if path.name != "__init__.py")
    return found + [
        f"{folder.relative_to(root)} has {count} modules"
        for folder, count in folders.items()
        if count > MAX_MODULES
    ]


def test_every_room_has_a_row_in_the_table() -> None:
    rooms = set(map(room_of, graph_of(ROOT)))
    assert rooms - {"tools"} == ALLOWED.keys()


def test_no_arrow_runs_against_the_table() -> None:
    assert wrong_arrows(ROOT) == []


def test_there_is_no_circle_of_modules() -> None:
    assert circle(graph_of(ROOT)) == []


def test_there_is_no_circle_of_rooms() -> None:
    assert circle(rooms_of(graph_of(ROOT))) == []
    assert circle(ALLOWED) == []


def test_no_module_and_no_folder_is_too_large() -> None:
    assert oversized(ROOT) == []


def test_a_folder_begins_with_what_it_is_and_exports_nothing() -> None:
    """`agent` and `prompts` have public names, `agent.cli` is the command."""
    for name, path in modules_of(ROOT).items():
        if path.name != "__init__.py" or name in {"agent", "agent.cli", "prompts"}:
            continue
        body = ast.parse(path.read_text()).body
        assert len(body) == 1, f"{name} is more than a docstring"
        assert isinstance(body[0], ast.Expr), name


PLANTED = {
    "a back arrow": ("tools/text/clean.py", "from tools.library import fusion\n"),
    "an arrow to agent": ("tools/errors.py", "import agent.answer\n"),
    "one of a type checker": (
        "agent/wire/turns/turn.py",
        "if TYPE_CHECKING:\n    from agent.loop.budget import Budget\n",
    ),
    "one in a function": (
        "tools/documents/passage.py",
        "def late():\n    from tools.library.where import Where\n",
    ),
}


@pytest.mark.parametrize(("place", "line"), PLANTED.values(), ids=PLANTED)
def test_a_planted_arrow_is_found(place: str, line: str, tmp_path: Path) -> None:
    assert wrong_arrows(_copied(tmp_path)) == []
    (tmp_path / place).write_text((tmp_path / place).read_text() + line)
    assert len(wrong_arrows(tmp_path)) == 1


def test_a_planted_circle_is_found(tmp_path: Path) -> None:
    _copied(tmp_path)
    place = tmp_path / "tools" / "documents" / "document.py"
    place.write_text(f"{place.read_text()}import tools.documents.splitting\n")
    assert set(circle(graph_of(tmp_path))) >= {
        "tools.documents.document",
        "tools.documents.splitting",
    }
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})


def test_a_planted_module_of_301_lines_and_a_full_folder_are_found(
    tmp_path: Path,
) -> None:
    _copied(tmp_path)
    (tmp_path / "tools" / "text" / "clean.py").write_text("x = 1\n" * 301)
    for number in range(MAX_MODULES + 1):
        (tmp_path / "tools" / "evidence" / f"more_{number}.py").write_text("")
    assert [line.split(" has ")[0] for line in oversized(tmp_path)] == [
        "tools/text/clean.py",
        "tools/evidence",
    ]


def _copied(folder: Path) -> Path:
    for path in modules_of(ROOT).values():
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text())
    return folder
