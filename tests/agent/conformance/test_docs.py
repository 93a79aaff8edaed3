"""`docs/check.md` names every probe as it is."""

import re

from agent.conformance.probes.catalogue import PROBES
from tests.conftest import ROOT


def test_every_probe_has_its_row() -> None:
    text = (ROOT / "docs" / "check.md").read_text()
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (\S+) \|", text, re.MULTILINE)
    kinds = {"report": "–"}
    assert rows == [
        (str(each.number), each.name, kinds.get(each.kind, each.kind))
        for each in PROBES
    ]


def test_numbers_run_from_1_to_44() -> None:
    assert [each.number for each in PROBES] == list(range(1, 45))
