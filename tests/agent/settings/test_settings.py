from pathlib import Path
from typing import Any

import pytest

from agent.endpoints.providers import PROVIDERS
from agent.endpoints.resolving import resolve_endpoint
from agent.settings.settings import Settings
from tools.errors import CredentialsError, UsageError


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
    settings = Settings.load({"embedder": "flag", "depth": None})
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


@pytest.mark.parametrize(
    ("flags", "base_url", "model"),
    [
        ({"provider": "ollama"}, "http://localhost:11434/v1", "gpt-oss:20b"),
        (
            {"provider": "ollama", "model": "gpt-oss-120b"},
            "http://localhost:11434/v1",
            "gpt-oss:120b",
        ),
        ({"provider": "vllm"}, "http://localhost:8000/v1", "openai/gpt-oss-20b"),
        ({"provider": "vllm", "model": "mine"}, "http://localhost:8000/v1", "mine"),
        (
            {"provider": "vllm", "base_url": "http://gpu:9/v1/"},
            "http://gpu:9/v1",
            "openai/gpt-oss-20b",
        ),
        ({"base_url": "http://gpu:9/v1"}, "http://gpu:9/v1", "gpt-oss-20b"),
        (
            {"base_url": "http://localhost:11434/v1"},
            "http://localhost:11434/v1",
            "gpt-oss:20b",
        ),
    ],
)
def test_a_provider_fills_in_address_and_names(
    flags: dict[str, Any], base_url: str, model: str
) -> None:
    endpoint = resolve_endpoint(Settings.load(flags))
    assert endpoint is not None
    assert (endpoint.base_url, endpoint.model) == (base_url, model)


def test_a_hosted_providers_key_comes_from_its_own_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings.load({"provider": "openrouter"})
    with pytest.raises(CredentialsError, match="OPENROUTER_API_KEY"):
        resolve_endpoint(settings)
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-1\n")
    endpoint = resolve_endpoint(settings)
    assert endpoint is not None
    assert endpoint.api_key is not None
    assert endpoint.api_key.get_secret_value() == "sk-or-1"


def test_a_providers_key_goes_to_that_provider_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-1")
    flags = {"provider": "openrouter", "base_url": "http://elsewhere:1/v1"}
    endpoint = resolve_endpoint(Settings.load(flags))
    assert endpoint is not None
    assert (endpoint.base_url, endpoint.api_key) == ("http://elsewhere:1/v1", None)


def test_a_provider_named_above_an_address_replaces_it() -> None:
    Path("citeloop.toml").write_text('base_url = "http://old:1/v1"\n')
    endpoint = resolve_endpoint(Settings.load({"provider": "ollama"}))
    assert endpoint is not None
    assert endpoint.base_url == "http://localhost:11434/v1"


def test_without_an_endpoint_the_extractive_model_answers() -> None:
    assert resolve_endpoint(Settings.load({})) is None
    assert resolve_endpoint(Settings.load({"model": "extractive"})) is None
    with pytest.raises(UsageError, match="No server is set for the model gpt-oss-20b"):
        resolve_endpoint(Settings.load({"model": "gpt-oss-20b"}))


def test_every_provider_can_be_named() -> None:
    for name in PROVIDERS:
        assert Settings.load({"provider": name}).provider == name
