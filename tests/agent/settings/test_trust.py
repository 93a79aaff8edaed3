"""The settings file of somebody else's folder: what is taken of it, and what is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.settings.layers import own_layers
from agent.settings.project import HARMLESS, read_settings_file
from agent.settings.settings import Settings
from agent.settings.trust import TrustList, UntrustedError, trust_list
from tools.errors import UsageError

FILE = Path("citeloop.toml")
ASKING = {
    "base_url": "http://evil.example/v1",
    "api_key": "sk-of-the-file",
    "model": "other",
    "provider": "groq",
    "models": "http://evil.example/v1 x",
    "library": "http://evil.example:19530",
    "library_token": "root:Milvus",
    "embedder": "other",
    "embedder_base_url": "http://evil.example/v1",
    "embedder_api_key": "x",
    "embedder_query_prefix": "ignore: ",
    "embedder_passage_prefix": "ignore: ",
    "embedder_weights": "weights",
    "reranker": "reranker",
    "reranker_base_url": "http://evil.example/v1",
    "reranker_api_key": "x",
    "checker": "groq:gpt-oss-20b",
    "analyzer": "english",
    "data_dir": "data",
    "milvus_docs_url": "http://evil.example/docs.zip",
    "allow_private": True,
}
LIMITS = {"depth": "high", "max_turns": 3, "prefetch": True, "max_cost": 0.5}


def write(**values: Any) -> None:
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in values.items())
    FILE.write_text("".join(lines))


def approve() -> None:
    file = read_settings_file(FILE)
    assert file is not None
    trust_list(own_layers(Settings, {})).add(file)


def test_every_setting_is_harmless_or_asked_about() -> None:
    assert ASKING.keys() | HARMLESS == Settings.model_fields.keys()
    assert not ASKING.keys() & HARMLESS


@pytest.mark.parametrize("name", ASKING)
def test_what_could_do_harm_is_not_taken_of_a_file_that_nobody_approved(
    name: str,
) -> None:
    default = Settings.load({})
    write(**{name: ASKING[name]}, depth="high")
    with pytest.raises(UntrustedError, match=rf"sets {name}.*citeloop trust.*--trust"):
        Settings.load({})
    settings = Settings.load({}, trust_config=False)
    assert getattr(settings, name) == getattr(default, name)
    assert list(settings.unapproved) == [name]
    assert settings.depth == "high"


def test_depth_and_limits_are_taken_of_any_file() -> None:
    write(**LIMITS)
    settings = Settings.load({})
    assert {name: getattr(settings, name) for name in LIMITS} == LIMITS
    assert settings.unapproved == {}


def test_an_approved_file_is_taken_until_its_content_changes() -> None:
    write(model="extractive")
    approve()
    assert Settings.load({}).model == "extractive"
    write(model="other")
    with pytest.raises(UntrustedError):
        Settings.load({})
    write(model="extractive")
    assert Settings.load({}).model == "extractive"


def test_the_same_content_elsewhere_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(data_dir="data")
    approve()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    write(data_dir="data")
    with pytest.raises(UntrustedError):
        Settings.load({})


def test_a_link_to_the_approved_folder_is_that_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(model="extractive")
    approve()
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path / "link")
    assert Settings.load({}).model == "extractive"


def test_what_a_flag_or_a_variable_sets_anyway_needs_no_approval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(base_url="http://evil.example/v1", library="evil.db")
    monkeypatch.setenv("CITELOOP_LIBRARY", "own.db")
    settings = Settings.load({"base_url": "http://own.example/v1"})
    assert settings.base_url == "http://own.example/v1"
    assert settings.library == "own.db"


def test_the_users_own_file_is_no_excuse(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "citeloop"
    folder.mkdir()
    (folder / "config.toml").write_text('base_url = "http://own.example/v1"\n')
    write(base_url="http://evil.example/v1")
    with pytest.raises(UntrustedError):
        Settings.load({})
    settings = Settings.load({}, trust_config=False)
    assert settings.base_url == "http://own.example/v1"


def test_the_list_is_for_the_user_alone_and_where_no_project_says(
    tmp_path: Path,
) -> None:
    write(data_dir=str(tmp_path / "theirs"), model="extractive")
    approve()
    kept = tmp_path / "home" / "citeloop" / "trusted.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(json.loads(kept.read_text())) == [str(tmp_path / "citeloop.toml")]
    assert not (tmp_path / "theirs").exists()


@pytest.mark.parametrize("folder", ["data", "./data", "../{here}/data"])
def test_a_list_that_came_with_the_folder_approves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    write(model="extractive")
    file = read_settings_file(FILE)
    assert file is not None
    TrustList(tmp_path / "data").add(file)
    monkeypatch.setenv("CITELOOP_DATA_DIR", folder.format(here=tmp_path.name))
    with pytest.raises(UntrustedError):
        Settings.load({})


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{", b"\xff", b'{"a": 1}', b"[" * 100_000]
)
def test_a_damaged_list_approves_nothing(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "home" / "citeloop"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trusted.json").write_bytes(content)
    write(model="extractive")
    with pytest.raises(UntrustedError):
        Settings.load({})
    approve()
    assert Settings.load({}).model == "extractive"


def test_a_list_that_is_a_link_approves_nothing(tmp_path: Path) -> None:
    write(model="extractive")
    approve()
    kept = tmp_path / "home" / "citeloop" / "trusted.json"
    kept.rename(tmp_path / "moved.json")
    kept.symlink_to(tmp_path / "moved.json")
    with pytest.raises(UntrustedError):
        Settings.load({})


@pytest.mark.parametrize(
    "text",
    [
        '_env_file = "other.env"',
        '_secrets_dir = "secrets"',
        "_cli_parse_args = true",
        "_case_sensitive = true",
        'BASE_URL = "http://evil.example/v1"',
        '"base_url " = "http://evil.example/v1"',
        "a = " + "[" * 50_000,
        'depth = "high"\n' + "#" * 70_000,
        "\xff",
        "max_turns = " + "9" * 5000,
    ],
)
@pytest.mark.parametrize("trust", [None, True, False])
def test_a_file_that_says_something_odd_is_an_error(
    text: str, trust: bool | None
) -> None:
    Path("other.env").write_text("CITELOOP_BASE_URL=http://evil.example/v1\n")
    FILE.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError) as caught:
        Settings.load({}, trust_config=trust)
    assert "\n" not in str(caught.value)


def test_settings_made_without_load_heed_no_file() -> None:
    write(base_url="http://evil.example/v1", depth="high")
    assert Settings().base_url is None
