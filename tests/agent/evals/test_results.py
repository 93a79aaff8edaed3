"""What runs leave behind outlives whatever ends an evaluation."""

from pathlib import Path

import pytest

from agent.evals.results import ResultsFile, read_results
from tests.agent.evals.made import results_of, run_of
from tools.errors import ExitCode, UsageError

RUNS = [run_of("a"), run_of("b", failed=ExitCode.MODEL), run_of("a", repeat=2)]


def kept(path: Path) -> None:
    with ResultsFile(path, results_of(RUNS).header) as file:
        for run in RUNS:
            file.add(run)


def test_runs_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "results.jsonl"
    kept(path)
    assert read_results(path) == results_of(RUNS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert '"schema":"citeloop.eval/1"' in path.read_text().splitlines()[-1]


def test_a_run_is_there_as_soon_as_it_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with ResultsFile(path, results_of(RUNS).header) as file:
        for number, run in enumerate(RUNS, 1):
            file.add(run)
            assert len(read_results(path).runs) == number


@pytest.mark.parametrize("cut", [1, 50, 400])
def test_a_line_that_a_crash_tore_is_left_out_and_gone_on_behind(
    cut: int, tmp_path: Path
) -> None:
    path = tmp_path / "results.jsonl"
    kept(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    assert read_results(path).runs == tuple(RUNS[:2])
    with ResultsFile(path, results_of(RUNS).header, resume=True) as file:
        assert file.runs == RUNS[:2]
        file.add(RUNS[2])
    assert path.read_bytes() == whole


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    kept(path)
    with pytest.raises(UsageError, match=r"is there already: .* --resume"):
        ResultsFile(path, results_of(RUNS).header)


def test_a_file_of_another_suite_is_not_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    kept(path)
    with pytest.raises(UsageError, match="is of another suite"):
        ResultsFile(path, results_of(RUNS, digest="e").header, resume=True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "its first line is not that of a suite"),
        (run_of().model_dump_json() + "\n", "its first line is not that of a suite"),
        ("{}\n", "line 1 is no record of citeloop.eval/1"),
    ],
)
def test_what_is_no_file_of_results_is_refused(
    content: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text(content)
    with pytest.raises(UsageError, match=says):
        read_results(path)
