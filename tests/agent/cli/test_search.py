"""`citeloop search`, as a script calls it."""

import json
from pathlib import Path

from tests.agent.cli.running import citeloop


def test_search_prints_lines_json_and_one_line_a_query(
    library_file: Path, tmp_path: Path
) -> None:
    where = ["--library", str(library_file)]
    lines = citeloop("search", "What seals a segment?", "--limit", "2", *where)
    assert lines.stdout.count("write-path.md:") >= 1
    found = citeloop("search", "What seals a segment?", "--json", *where)
    results = json.loads(found.stdout)["results"]
    assert len(results) == 10
    queries = tmp_path / "q.jsonl"
    queries.write_text('{"_id": "q1", "text": "What seals a segment?"}\n\n')
    from_file = citeloop("search", "--from", str(queries), "--limit", "3", *where)
    record = json.loads(from_file.stdout)
    assert record["_id"] == "q1"
    assert record["results"] == results[:3]
    assert set(results[0]) == {
        "document", "title", "start_line", "end_line", "score", "text",
    }  # fmt: skip


def test_queries_may_hold_what_json_holds(library_file: Path, tmp_path: Path) -> None:
    queries = tmp_path / "q.jsonl"
    queries.write_text(
        '\ufeff{"_id": 1, "text": "segment\u2028growing"}\n'
        '{"_id": "b", "text": "x \\ud800"}'
    )
    done = citeloop("search", "--from", str(queries), "--library", str(library_file))
    assert [json.loads(line)["_id"] for line in done.stdout.splitlines()] == ["1", "b"]
    queries.write_text('{"_id": null, "text": "x"}')
    assert citeloop("search", "--from", str(queries)).returncode == 2
