"""Telemetry of dependencies is off before they are imported."""

import os
import subprocess
import sys

import pytest

from tools.telemetry import switch_off_telemetry

VARIABLE = "ORT_DISABLE_TELEMETRY"
USES = {
    "the embedder": "from tools.embedding.minilm import MiniLM; "
    "MiniLM().embed_queries(['a'])",
    "what loads it alone": "from tools.telemetry import load_onnxruntime; "
    "load_onnxruntime()",
}
_SPIED = """
import os, sys
class Spy:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            print(os.environ.get("ORT_DISABLE_TELEMETRY"))
sys.meta_path.insert(0, Spy())
"""


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_it_is_off_when_onnxruntime_is_imported(
    use: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    done = subprocess.run(
        [sys.executable, "-c", _SPIED + use], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1"]


def test_what_the_user_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "0")
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    switch_off_telemetry()
    assert (os.environ[VARIABLE], os.environ["DO_NOT_TRACK"]) == ("0", "1")
