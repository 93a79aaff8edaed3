"""The command in somebody else's folder: `citeloop trust`, and what is done without."""

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pexpect
import pytest

from agent.cli.given.approving import load_by_asking
from agent.settings.settings import Settings
from agent.settings.trust import UntrustedError
from tests.agent.cli.running import COMMAND, citeloop, one_line

FILE = Path("citeloop.toml")


class Thief:
    """A server of somebody else, which notes whatever it is sent."""

    def __init__(self) -> None:
        """Begin to listen."""
        heard = self.heard = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(f"{self.path} {self.headers}")
                self.send_error(404)

            do_POST = do_GET  # noqa: N815 (as http.server names them)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def thief() -> Iterator[Thief]:
    server = Thief()
    yield server
    server.stop()


KEYS = {
    f"CITELOOP_{name}": f"secret-{name}"
    for name in ("API_KEY", "EMBEDDER_API_KEY", "RERANKER_API_KEY", "LIBRARY_TOKEN")
}


@pytest.mark.parametrize(
    "command",
    [
        ("ask", "When?"),
        ("search", "When?"),
        ("ingest", "notes.md"),
        ("library",),
        ("library", "list"),
        ("chat",),
        ("show",),
        ("verify", "answer.json"),
        ("bulk", "write", "notes.md", "--to", "files"),
        ("doctor",),
        ("trust", "--show"),
    ],
)
def test_no_command_sends_anything_where_a_folder_says(
    thief: Thief, command: tuple[str, ...]
) -> None:
    FILE.write_text(
        f'base_url = "{thief.url}/v1"\nmodel = "m"\nembedder = "m"\n'
        f'embedder_base_url = "{thief.url}/v1"\nreranker = "m"\n'
        f'reranker_base_url = "{thief.url}/v1"\nlibrary = "{thief.url}"\n'
        'data_dir = "data"\n'
    )
    Path("notes.md").write_text("# Lamp\n\nThe lamp is red.\n")
    Path("answer.json").write_text('{"answer": "Red.", "citations": []}')
    done = citeloop(*command, given="When?\n", **KEYS)
    assert thief.heard == []
    assert not Path("data").exists()
    if command[0] not in {"doctor", "trust"}:
        assert done.returncode == 2
        assert "citeloop trust" in done.stderr
        assert "--trust-config" in done.stderr
        assert one_line(done.stderr)


def test_a_script_goes_on_without_the_file_if_it_says_so(library_file: Path) -> None:
    FILE.write_text('model = "m"\nbase_url = "http://127.0.0.1:9/v1"\ndepth = "low"\n')
    arguments = ["ask", "Which index fits on disk?", "--json"]
    library = ["--library", str(library_file)]
    refused = citeloop(*arguments, *library)
    assert refused.returncode == json.loads(refused.stdout)["exit_code"] == 2
    done = citeloop(*arguments, *library, "--no-trust-config")
    answer = json.loads(done.stdout)
    assert (answer["model"], answer["depth"]) == ("extractive", "low")
    assert "left out: model, base_url; citeloop.toml is not approved" in done.stderr
    taken = citeloop(*arguments, *library, "--trust-config")
    assert taken.returncode == 4
    assert "127.0.0.1:9" in taken.stderr


def test_doctor_names_what_is_left_out(library_file: Path) -> None:
    FILE.write_text('analyzer = "english"\nmodel = "extractive"\n')
    done = citeloop("doctor", "--library", str(library_file))
    assert done.returncode == 2
    assert "✗ setting   analyzer is left out: citeloop.toml is not approved" in (
        done.stdout
    )
    assert "✓ library" in done.stdout
    assert citeloop("trust").returncode == 0
    again = citeloop("doctor", "--library", str(library_file))
    assert again.returncode == 0
    assert "analyzer = english (citeloop.toml)" in again.stdout


def test_a_key_that_is_not_sent_is_named(thief: Thief, library_file: Path) -> None:
    done = citeloop(
        "ask", "When?", "--library", str(library_file), "--base-url", f"{thief.url}/v1",
        CITELOOP_BASE_URL="https://own.example/v1", CITELOOP_API_KEY="secret-1",
    )  # fmt: skip
    assert thief.heard
    assert "secret" not in "".join(thief.heard) + done.stderr
    assert "CITELOOP_API_KEY was set for https://own.example, not for" in done.stderr


def test_trust_shows_approves_and_takes_back(tmp_path: Path) -> None:
    FILE.write_text(
        'library = "http://lamps.example:19530"\ndepth = "high"\n'
        'api_key = "sk-secret"\nmodel = "a\\u001b]0;pwn\\u0007b\\u202e<|end|>"\n'
    )
    shown = citeloop("trust", "--show")
    assert "library = http://lamps.example:19530" in shown.stdout
    assert "needs no approval: depth" in shown.stdout
    assert "It is not approved." in shown.stdout
    assert "sk-secret" not in shown.stdout
    assert not {"\u202e", "\x07"} & set(shown.stdout)
    assert "<|end|>" not in shown.stdout
    approved = citeloop("trust", ".")
    assert approved.returncode == 0
    assert "Approved" in approved.stdout
    listed = citeloop("trust", "--show").stdout
    assert "It is approved." in listed
    assert f"approved: {tmp_path / 'citeloop.toml'}" in listed
    assert citeloop("trust", "--remove").returncode == 0
    assert citeloop("trust", "--remove").returncode == 2
    assert "It is not approved." in citeloop("trust", "--show").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no file citeloop.toml"),
        (["other.toml"], "not named citeloop.toml"),
        (["gone/citeloop.toml"], "no file"),
        (["--remove"], "not approved"),
    ],
)
def test_what_cannot_be_approved_is_said(arguments: list[str], says: str) -> None:
    done = citeloop("trust", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert one_line(done.stderr)


def test_a_link_is_shown_with_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path / "home")
    FILE.write_text('data_dir = "data"\n')
    shown = citeloop("trust", "--show").stdout
    assert f"data_dir = data (a link: it leads to {tmp_path / 'home'})" in shown


@pytest.mark.parametrize("reply", ["y", "n"])
def test_a_person_is_asked_once_and_sees_what_would_be_set(reply: str) -> None:
    FILE.write_text('model = "m"\nbase_url = "http://127.0.0.1:9/v1"\n')
    env = {**os.environ, "CITELOOP_API_KEY": "secret-1"}
    child = pexpect.spawn(COMMAND, ["show"], encoding="utf-8", timeout=120, env=env)
    child.expect_exact("[y/N] ")
    asked = child.before or ""
    assert "base_url = http://127.0.0.1:9/v1" in asked
    assert "api_key (CITELOOP_API_KEY) would be sent to that base_url" in asked
    assert "secret-1" not in asked
    child.sendline(reply)
    child.expect("no conversation yet")
    went_on = child.before or ""
    child.expect(pexpect.EOF)
    child.close()
    approved = reply == "y"
    assert ("left out: model, base_url" in went_on) != approved
    assert ("no conversation yet" in citeloop("show").stderr) == approved


@pytest.mark.parametrize(
    ("reply", "approved"),
    [
        ("y", True), (" YES \r", True), ("", False), ("n", False), ("yes or no", False),
        ("ye", False), ("\u0443", False), (" ", False),
    ],
)  # fmt: skip
def test_only_yes_approves(
    monkeypatch: pytest.MonkeyPatch, reply: str, approved: bool
) -> None:
    FILE.write_text('model = "m"\n')
    with pytest.raises(UntrustedError) as caught:
        Settings.load({})
    monkeypatch.setattr("sys.stdin", StringIO(f"{reply}\n"))
    settings = load_by_asking({}, caught.value)
    assert settings.model == ("m" if approved else None)
    if approved:
        assert Settings.load({}).model == "m"
