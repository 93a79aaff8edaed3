from pathlib import Path

import pytest

from agent.settings.settings import Settings
from tools.errors import UsageError


def test_flags_win_over_variables_over_the_project_over_the_user_over_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = tmp_path / "user.toml"
    user.write_text(
        'model = "user"\nbase_url = "http://user/v1"\nlibrary = "user.db"\n'
    )
    monkeypatch.setenv("CITELOOP_CONFIG", str(user))
    Path("citeloop.toml").write_text('model = "project"\nlibrary = "project.db"\n')
    monkeypatch.setenv("CITELOOP_LIBRARY", "variable.db")
    monkeypatch.setenv("CITELOOP_EMBEDDER", "variable")
    settings = Settings.load({"embedder": "flag", "depth": None}, trust_config=True)
    assert settings.embedder == "flag"
    assert settings.library == "variable.db"
    assert settings.model == "project"
    assert settings.base_url == "http://user/v1"
    assert settings.depth == "medium"
    assert [
        settings.origin(name)
        for name in ("embedder", "library", "model", "base_url", "depth")
    ] == ["--embedder", "CITELOOP_LIBRARY", "citeloop.toml", str(user), "the default"]


def test_the_users_config_file_is_found_in_its_usual_place(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "citeloop"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('depth = "high"\n')
    assert Settings.load({}).depth == "high"


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DEPTH", "deep", r"depth \(CITELOOP_DEPTH\) is wrong.*'low', 'medium' or"),
        ("BASE_URL", "localhost:80", r"base_url \(CITELOOP_BASE_URL\).*begins with"),
        ("BASE_URL", "http://", r"base_url .*names no host"),
        ("BASE_URL", "http://host:99999/v1", r"base_url .*out of range"),
        ("BASE_URL", "http://me:pw@host/v1", r"base_url .*set api_key instead"),
        ("LIBRARY", "http://me:pw@host:19530", r"library .*library_token instead"),
        ("API_KEY", "sk-s\u00e9cret", r"api_key \(CITELOOP_API_KEY\).*no key has"),
        ("PROVIDER", "acme", r"provider \(CITELOOP_PROVIDER\).*'openrouter'"),
        ("STREAM", "perhaps", r"stream \(CITELOOP_STREAM\)"),
        ("CONFIG", "nowhere.toml", "CITELOOP_CONFIG names nowhere.toml"),
    ],
)
def test_a_wrong_value_is_named_with_its_origin(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"CITELOOP_{variable}", value)
    with pytest.raises(UsageError, match=says) as caught:
        Settings.load({})
    assert "\n" not in str(caught.value)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('modle = "x"', r'no setting "modle" \(citeloop\.toml\)'),
        ("depth = 7", r"depth \(citeloop\.toml\)"),
        ("depth = ", r"citeloop\.toml cannot be read"),
    ],
)
def test_a_mistake_in_the_project_file_is_named(text: str, says: str) -> None:
    Path("citeloop.toml").write_text(text)
    with pytest.raises(UsageError, match=says):
        Settings.load({})


def test_a_wrong_key_is_never_in_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITELOOP_API_KEY", "sk-secret-value\n")
    settings = Settings.load({})
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "sk-secret-value"
    assert "secret-value" not in f"{settings!r} {settings.model_dump_json()}"


def test_a_blank_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITELOOP_BASE_URL", "")
    monkeypatch.setenv("CITELOOP_API_KEY", "  ")
    settings = Settings.load({})
    assert (settings.base_url, settings.api_key) == (None, None)
