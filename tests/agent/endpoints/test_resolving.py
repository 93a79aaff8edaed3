"""From the settings to the endpoints that are asked, and whose key each gets."""

from pathlib import Path
from typing import Any

import pytest

from agent.endpoints.resolving import resolve_endpoint, resolve_endpoints
from agent.settings.settings import Settings
from tools.errors import CredentialsError, UsageError


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
    settings = Settings.load({"provider": "ollama"}, trust_config=True)
    endpoint = resolve_endpoint(settings)
    assert endpoint is not None
    assert endpoint.base_url == "http://localhost:11434/v1"


def test_without_an_endpoint_the_extractive_model_answers() -> None:
    assert resolve_endpoint(Settings.load({})) is None
    assert resolve_endpoint(Settings.load({"model": "extractive"})) is None
    with pytest.raises(UsageError, match="No server is set for the model gpt-oss-20b"):
        resolve_endpoint(Settings.load({"model": "gpt-oss-20b"}))


def test_an_entry_is_a_name_a_provider_with_a_name_or_an_address_with_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CITELOOP_API_KEY", "sk-of-gpu-box")
    monkeypatch.setenv("GROQ_API_KEY", "gsk-of-groq")
    settings = Settings.load(
        {
            "base_url": "http://gpu-box:8000/v1",
            "models": "gpt-oss:20b, ollama:gpt-oss-120b, groq:gpt-oss-20b,"
            "http://gpu-box:8000/v2 large, http://gpu-box:9000/v1 small",
        }
    )
    found = resolve_endpoints(settings)
    places = [(each.base_url, each.model) for each in found if each]
    assert places == [
        ("http://gpu-box:8000/v1", "gpt-oss:20b"),
        ("http://localhost:11434/v1", "gpt-oss:120b"),
        ("https://api.groq.com/openai/v1", "openai/gpt-oss-20b"),
        ("http://gpu-box:8000/v2", "large"),
        ("http://gpu-box:9000/v1", "small"),
    ]
    keys = [each.api_key and each.api_key.get_secret_value() for each in found if each]
    assert keys == ["sk-of-gpu-box", None, "gsk-of-groq", "sk-of-gpu-box", None]


def test_model_is_asked_before_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITELOOP_MODELS", "small, tiny")
    flags = {"base_url": "http://gpu-box:8000/v1", "model": "big"}
    found = resolve_endpoints(Settings.load(flags))
    assert [each.model for each in found if each] == ["big", "small", "tiny"]


@pytest.mark.parametrize(
    ("models", "error"),
    [("groq:gpt-oss-20b", CredentialsError), ("gpt-oss-20b", UsageError)],
)
def test_an_entry_that_cannot_be_asked_is_named_before_work_begins(
    models: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"needs a key|No server is set"):
        resolve_endpoints(Settings.load({"models": models}))
