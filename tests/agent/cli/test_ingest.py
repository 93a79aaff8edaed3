"""`citeloop ingest`, as a script calls it."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

from tests.agent.cli.running import citeloop, one_line


def test_ingest_skips_what_it_cannot_read_and_says_so(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good.md").write_text("# Lamp\n\nThe lamp is red.\n")
    (docs / "bad.md").write_bytes(b"\xff\xfe\xfa\x00\x01\xd8")
    (docs / "a\x1b]0;pwn\x07.md").write_bytes(b"\x00")
    library = str(tmp_path / "x.db")
    done = citeloop("ingest", str(docs), "--library", library)
    assert done.returncode == 5
    assert "1 added, 0 changed, 0 unchanged, 2 skipped" in done.stdout
    assert "skipped bad.md" in done.stderr
    assert "skipped a␛]0;pwn␇.md: binary" in done.stderr
    (docs / "bad.md").unlink()
    (docs / "a\x1b]0;pwn\x07.md").unlink()
    again = citeloop("ingest", str(docs), "--library", library)
    assert again.returncode == 0
    assert again.stdout.startswith("0 added, 0 changed, 1 unchanged; 0 passages")


def test_ingest_of_the_milvus_docs_fetches_and_unpacks_the_archive(
    tmp_path: Path,
) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as file:
        file.writestr("en/faq/lamps.md", "---\ntitle: Lamp FAQ\n---\n# Lamps\n\nRed.\n")
        file.writestr("../evil.md", "# Out\n")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(archive.getvalue())

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        done = citeloop(
            "ingest", "milvus-docs", "--allow-private",
            "--library", str(tmp_path / "m.db"),
            CITELOOP_MILVUS_DOCS_URL=f"http://127.0.0.1:{http.server_port}/docs.zip",
        )  # fmt: skip
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
    assert done.returncode == 5
    assert "1 added" in done.stdout
    assert "leads out of the archive" in done.stderr
    listed = citeloop("library", "--library", str(tmp_path / "m.db"), "list")
    assert listed.stdout.split() == ["en/faq/lamps.md", "1", "Lamp", "FAQ"]


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "a.md").write_text("# Lamp\n\nRed.\n")
    target = str(tmp_path / "file" / "deeper" / "x.db")
    done = citeloop("ingest", str(tmp_path / "a.md"), "--library", target)
    assert done.returncode == 5
    assert "--library" in done.stderr
    assert one_line(done.stderr)
