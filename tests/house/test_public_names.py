"""What the package exports, and what the command loads before it knows what to do."""

import json
import subprocess
import sys

import pytest

import agent


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
