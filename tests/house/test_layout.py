"""The rooms: who may import whom, what is public, what is not loaded at the start."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import agent
from tests.conftest import ROOT

ROOMS = {
    "prompts": {"prompts"},
    "tools": {"tools", "prompts"},
    "agent": {"agent", "tools", "prompts"},
}


def modules_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path} has a relative import"
            yield node.module.split(".")[0]


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room: str) -> None:
    ours = {"agent", "tools", "prompts", "tests", "examples"}
    for path in modules_of(room):
        wrong = (set(imports_of(path)) & ours) - ROOMS[room]
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        (
            "pymilvus",
            {
                "tools/milvus/connection.py",
                "tools/library/library.py",
                "tools/embedding/pymilvus_model.py",
                "tools/bulk/importing.py",
                "tools/bulk/jobs.py",
                "tools/bulk/parquet.py",
            },
        ),
        ("ray", {"tools/bulk/ray_pipeline.py"}),
        ("minio", {"tools/bulk/objects.py"}),
        ("pyarrow", {"tools/bulk/parquet.py"}),
        ("rich", {"agent/screen/answers.py", "agent/cli/ingest.py"}),
        ("tenacity", {"tools/retries.py"}),
        ("prompt_toolkit", {"agent/repl/line_input.py"}),
        ("markdown_it", {"tools/text/markdown.py"}),
        ("sentencex", {"tools/grounding/statements.py"}),
    ],
)
def test_a_package_has_one_place(package: str, homes: set[str]) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in modules_of(room)
        if package in set(imports_of(path))
    }
    assert users <= homes


def test_the_public_names_are_these() -> None:
    assert agent.__all__ == [
        "Answer",
        "Assistant",
        "Citation",
        "CitedPassage",
        "CiteloopError",
        "Conversation",
        "DraftCitation",
        "Run",
        "Settings",
        "ToolCall",
        "ToolError",
        "Verification",
        "ask",
        "ask_sync",
        "ingest",
        "verify",
    ]
    for name in agent.__all__:
        assert getattr(agent, name).__name__ == name
    with pytest.raises(AttributeError, match="nonsense"):
        _ = agent.nonsense  # type: ignore[attr-defined]


def test_no_installed_package_has_a_module_of_our_names() -> None:
    installed = packages_distributions()
    for name in ROOMS:
        assert set(installed.get(name, ["citeloop"])) == {"citeloop"}


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, json\n"
        "from agent.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(m.split('.')[0] for m in sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    heavy = {"agents", "pymilvus", "rich", "openai", "pydantic", "numpy", "typing"}
    assert not loaded & heavy


def test_the_lock_names_no_address_and_holds_every_dependency() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--index-url" not in lock
    assert "--find-links" not in lock
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for requirement in wanted:
        name = requirement.split(">")[0].split("=")[0].split(";")[0]
        name = name.split("[")[0].strip()
        assert f"\n{name.lower().replace('_', '-')}==" in f"\n{lock.lower()}"
