"""`citeloop eval` as a script runs it, with the model that needs no network."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest
import yaml

from agent.testing.servers.chat_server import Turn, serve
from tests.agent.cli.running import COMMAND, citeloop, one_line
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples" / "suite.yaml"
STORAGE: dict[str, Any] = {
    "id": "storage",
    "question": "How is data stored, and what keeps the metadata?",
    "answer": {"cites": ["storage.md"], "grounded": True},
}


def suite(folder: Path, *cases: dict[str, Any], **rest: Any) -> str:
    path = folder / "suite.yaml"
    path.write_text(
        yaml.safe_dump({"schema": "citeloop.suite/1", **rest, "cases": list(cases)})
    )
    return str(path)


def evaluate(
    *arguments: str, library: Path, **rest: Any
) -> subprocess.CompletedProcess[str]:
    return citeloop(
        "eval", *arguments, "--library", str(library), "--model", "extractive", **rest
    )


def test_the_suite_of_the_examples_passes_and_leaves_every_report(
    library_file: Path, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    done = evaluate(
        str(EXAMPLES), "--jobs", "2", "--repeat", "2", "--json",
        "--junit", "report.xml", "--html", "report.html", "--results", "runs.jsonl",
        library=library_file, GITHUB_STEP_SUMMARY=str(summary),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["schema"] == "citeloop.evaluation/1"
    (variant,) = report["variants"]
    assert (variant["runs"], variant["passes"], variant["end_to_end"]) == (8, 8, 1)
    assert variant["citations"]["refusal_recall"]["value"] == 1
    junit = parse(tmp_path / "report.xml").getroot()[0]  # noqa: S314 (written above)
    assert (junit.attrib["tests"], junit.attrib["failures"]) == ("4", "0")
    assert "<h1>examples</h1>" in (tmp_path / "report.html").read_text()
    assert "| storage | passed: 2 of 2" in summary.read_text()
    again = citeloop("eval", str(EXAMPLES), "--rescore", "runs.jsonl", "--json")
    assert again.returncode == 0
    rescored = json.loads(again.stdout)
    assert rescored["variants"] == report["variants"]


def test_a_case_that_fails_is_told_and_exits_with_6(
    library_file: Path, tmp_path: Path
) -> None:
    calls = {"expect": [{"tool": "fetch", "arguments": {"document": "storage.md"}}]}
    done = evaluate(suite(tmp_path, {**STORAGE, "calls": calls}), library=library_file)
    assert done.returncode == 6
    assert "failed storage: 0 of 1" in done.stdout
    assert "missing" in done.stdout
    assert "fetch(document:" in done.stdout


def test_settings_are_compared_and_a_run_is_held_against_an_earlier_one(
    library_file: Path, tmp_path: Path
) -> None:
    path = suite(tmp_path, STORAGE, {"id": "free", "question": "What is HNSW?"})
    compared = evaluate(
        path, "--compare", "depth=low", "depth=high", "--results", "runs.jsonl",
        library=library_file,
    )  # fmt: skip
    assert compared.returncode == 0
    assert "depth=high against depth=low: +0.00" in compared.stdout
    against = citeloop(
        "eval", path, "--rescore", "runs.jsonl", "--baseline", "runs.jsonl"
    )
    assert "against the baseline: no regression" in against.stdout
    assert against.returncode == 0


def test_a_suite_is_learnt_and_loosened_again(
    library_file: Path, tmp_path: Path
) -> None:
    path = suite(tmp_path, STORAGE)
    learnt = evaluate(
        path, "--learn", "2", "--output", "learnt.yaml", "--results", "runs.jsonl",
        library=library_file,
    )  # fmt: skip
    assert (learnt.returncode, learnt.stdout, learnt.stderr) == (0, "", "")
    text = (tmp_path / "learnt.yaml").read_text()
    assert "mode: exact" in text
    held = citeloop("eval", "learnt.yaml", "--rescore", "runs.jsonl")
    assert held.returncode == 0
    nothing = citeloop("eval", "learnt.yaml", "--loosen", "runs.jsonl")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    narrow = text.replace("How is data stored", "How are data kept", 2)
    (tmp_path / "learnt.yaml").write_text(narrow)
    assert citeloop("eval", "learnt.yaml", "--rescore", "runs.jsonl").returncode == 6
    loosened = citeloop("eval", "learnt.yaml", "--loosen", "runs.jsonl")
    assert loosened.returncode == 0
    assert "one_of" in loosened.stdout
    patch = ["patch", "-p0", "--quiet"]
    subprocess.run(patch, input=loosened.stdout, text=True, check=True)
    assert citeloop("eval", "learnt.yaml", "--rescore", "runs.jsonl").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--rescore", "x", "--compare", "depth=low"], "ask nobody: leave out --comp"),
        (["--resume"], "name it by --results"),
        (["--output", "x"], "where --learn writes"),
        (["--learn", "2", "--repeat", "2"], "leave out --repeat"),
        (["--compare", "depth"], "is not NAME=VALUE"),
        (["--compare", "api_key=x"], "api_key cannot be compared"),
        (["--compare", "depth=low", "depth=low"], 'has "depth=low" twice'),
        (["--compare", "depth=deep"], "The setting depth (--depth) is wrong"),
        (["--rescore", "none.jsonl"], "none.jsonl cannot be read"),
        (["--baseline", "none.jsonl"], "none.jsonl cannot be read"),
    ],
)
def test_what_does_not_go_together_is_refused(
    arguments: list[str], says: str, tmp_path: Path
) -> None:
    done = citeloop("eval", suite(tmp_path, STORAGE), *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert one_line(done.stderr)


def test_a_server_that_is_down_is_no_failure_of_the_model(
    library_file: Path, tmp_path: Path
) -> None:
    done = citeloop(
        "eval", suite(tmp_path, STORAGE), "--library", str(library_file),
        "--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--junit", "report.xml",
        CITELOOP_RETRY_SECONDS="0",
    )  # fmt: skip
    assert done.returncode == 4
    assert "unavailable 1 of 1 runs" in done.stdout
    junit = parse(tmp_path / "report.xml").getroot()[0]  # noqa: S314 (written above)
    assert junit.attrib["errors"] == "1"


def test_an_interrupt_leaves_what_has_ended_and_can_be_gone_on_with(
    library_file: Path, tmp_path: Path
) -> None:
    path = suite(tmp_path, STORAGE)
    results = tmp_path / "runs.jsonl"
    slow = [Turn(reasoning="slowly", content="at last", pause=20)]
    with serve(slow) as server:
        asking = [
            "eval", path, "--library", str(library_file), "--results", str(results),
            "--base-url", server.base_url, "--model", "m",
        ]  # fmt: skip
        running = subprocess.Popen(
            [COMMAND, *asking],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        out, error = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in out
    assert error == f"citeloop: Interrupted. Go on by --resume --results {results}\n"
    assert len(results.read_text().splitlines()) == 1


def test_a_suite_is_recorded_and_replayed_without_its_server(
    library_file: Path, tmp_path: Path
) -> None:
    path = suite(tmp_path, {"id": "any", "question": "What is HNSW?"})
    asked = ["eval", path, "--library", str(library_file), "--model", "m", "--json",
             "--mode", "agent", "--checker", "none", "--no-stream"]  # fmt: skip
    with serve([Turn(content="I do not know.")] * 20) as server:
        where = ["--base-url", server.base_url]
        recorded = citeloop(*asked, *where, "--record", "suite.tape")
    replayed = citeloop(*asked, *where, "--replay", "suite.tape")
    assert replayed.returncode == recorded.returncode
    first, second = (json.loads(each.stdout) for each in (recorded, replayed))
    assert first["variants"][0]["unavailable"] == 0
    assert second["variants"][0]["passes"] == first["variants"][0]["passes"]
