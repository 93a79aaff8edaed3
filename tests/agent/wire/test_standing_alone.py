"""The wire stands alone: a turn is read, repaired and judged by the standard library.

`tests/benchmarks/startup.py` says how long it takes to import.
"""

import subprocess
import sys

from tests.conftest import ROOT
from tests.house.test_layout import modules_of

ASKING = {
    "agent.wire.attempt", "agent.wire.items", "agent.wire.model",
    "agent.wire.reading", "agent.wire.request",
}  # fmt: skip
"""What asks a server, or makes the SDK's items of a turn."""


def loaded_by(*modules: str) -> set[str]:
    """Return what a fresh process has loaded once it has imported some modules."""
    code = "".join(f"import {module}\n" for module in modules)
    done = subprocess.run(
        [sys.executable, "-c", f"{code}import sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_what_reads_a_turn_imports_no_package_and_little_of_ours() -> None:
    wire = {each for each in modules_of(ROOT) if each.startswith("agent.wire")}
    alone = sorted(wire - ASKING)
    assert {"agent.wire", "agent.wire.verdict", "agent.wire.repairs.ids"} < set(alone)
    loaded = loaded_by(*alone) - loaded_by()
    packages = {name.partition(".")[0] for name in loaded}
    assert packages - sys.stdlib_module_names == {"agent", "tools", "prompts"}
    ours = {name for name in loaded if name.startswith("agent.")}
    assert ours - set(alone) == {"agent.events", "agent.events.repair"}


def test_what_asks_a_server_is_what_imports_the_sdk() -> None:
    assert "agents" in loaded_by(*ASKING)
