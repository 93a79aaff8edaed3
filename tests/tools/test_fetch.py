from pathlib import Path

from tools.calls.run import Run
from tools.evidence.evidence import Evidence
from tools.fetch import fetch
from tools.ingestion.ingest import ingest
from tools.library.library import Library


async def test_fetch_says_where_the_window_points(
    empty_library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    (folder / "faq").mkdir(parents=True)
    (folder / "limits.md").write_text("# Limits\n\nTen lamps.\n")
    (folder / "faq" / "a.md").write_text(
        "# A\n\nSee [limits](../limits.md#ten) and [gone](gone.md).\n"
    )
    ingest([str(folder)], empty_library)
    run = Run(empty_library, Evidence(), "?")
    shown = await fetch(run, "faq/a.md")
    assert shown.text.endswith("\nIt points to: limits.md.")
    assert "points to" not in (await fetch(run, "limits.md")).text
