"""A key goes only to the origin that it was set for, whichever it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.endpoints.resolving import resolve_endpoints
from agent.settings.keys import same_origin
from agent.settings.settings import Settings

A, B = "https://a.example/v1", "https://b.example/v1"
PAIRS = [
    ("api_key", "base_url"),
    ("embedder_api_key", "embedder_base_url"),
    ("reranker_api_key", "reranker_base_url"),
    ("library_token", "library"),
]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Say something in a layer: variable, project or user."""

    def said(layer: str, values: dict[str, str]) -> None:
        if layer == "variable":
            for name, value in values.items():
                monkeypatch.setenv(f"CITELOOP_{name.upper()}", value)
            return
        path = Path("citeloop.toml")
        if layer == "user":
            path = tmp_path / "home" / "citeloop" / "config.toml"
            path.parent.mkdir(exist_ok=True)
        lines = (f"{name} = {json.dumps(each)}\n" for name, each in values.items())
        path.write_text("".join(lines))

    return said


def key_of(name: str, flags: dict[str, str]) -> str | None:
    secret = getattr(Settings.load(flags, trust_config=True), name)
    return secret.get_secret_value() if secret else None


@pytest.mark.parametrize(("key", "address"), PAIRS)
@pytest.mark.parametrize(
    ("bound", "above"),
    [
        ("user", "flag"),
        ("user", "variable"),
        ("user", "project"),
        ("project", "variable"),
        ("project", "flag"),
        ("variable", "flag"),
    ],
)
def test_a_key_stays_at_home_where_another_address_stands_above_its_own(
    say: Any, key: str, address: str, bound: str, above: str
) -> None:
    say(bound, {key: "secret", address: A})
    if above != "flag":
        say(above, {address: B})
    flags = {address: B} if above == "flag" else {}
    assert key_of(key, flags) is None
    settings = Settings.load(flags, trust_config=True)
    assert "https://a.example, not for https://b.example" in settings.withheld[key]
    assert "secret" not in settings.withheld[key]
    same = {address: "https://a.example:443/other"}
    if above == "flag":
        assert key_of(key, same) == "secret"
        return
    say(above, same)
    assert key_of(key, {}) == "secret"


@pytest.mark.parametrize(("key", "address"), PAIRS)
@pytest.mark.parametrize(
    ("keys", "addresses"),
    [("variable", "flag"), ("variable", "user"), ("user", "variable")],
)
def test_a_key_without_an_address_goes_where_the_user_says(
    say: Any, key: str, address: str, keys: str, addresses: str
) -> None:
    say(keys, {key: "secret"})
    if addresses != "flag":
        say(addresses, {address: B})
    assert key_of(key, {address: B} if addresses == "flag" else {}) == "secret"


def test_a_key_does_not_follow_when_a_provider_takes_the_place_of_an_address(
    say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("user", {"base_url": A, "api_key": "secret"})
    monkeypatch.setenv("GROQ_API_KEY", "gsk-of-groq")
    settings = Settings.load({"provider": "groq"})
    (endpoint,) = resolve_endpoints(settings)
    assert endpoint is not None
    assert endpoint.api_key is not None
    assert endpoint.api_key.get_secret_value() == "gsk-of-groq"


def test_a_key_of_a_provider_does_not_follow_to_another(say: Any) -> None:
    say("user", {"provider": "openrouter", "api_key": "secret"})
    assert key_of("api_key", {}) == "secret"
    assert key_of("api_key", {"provider": "ollama"}) is None
    assert key_of("api_key", {"base_url": B}) is None
    assert key_of("api_key", {"base_url": "https://openrouter.ai/api/v1"}) == "secret"


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        (f"{A} m", True),
        ("https://a.example/other m", True),
        ("https://A.EXAMPLE:443 m", True),
        ("m", True),
        (f"{B} m", False),
        ("http://a.example/v1 m", False),
        ("https://a.example:8443/v1 m", False),
        ("https://a.example.evil.example/v1 m", False),
        ("https://a.example@evil.example/v1 m", False),
        ("ollama:m", False),
    ],
)
def test_an_entry_of_models_at_another_origin_gets_no_key(
    say: Any, entry: str, kept: bool
) -> None:
    say("user", {"base_url": A, "api_key": "secret"})
    endpoint = resolve_endpoints(Settings.load({"models": entry}))[-1]
    assert endpoint is not None
    assert (endpoint.api_key is not None) == kept


def test_an_entry_at_a_provider_whose_address_was_replaced_gets_no_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CITELOOP_API_KEY", "of-the-box")
    monkeypatch.setenv("GROQ_API_KEY", "gsk-of-groq")
    flags = {"provider": "groq", "base_url": A, "models": "groq:m"}
    endpoint = resolve_endpoints(Settings.load(flags))[-1]
    assert endpoint is not None
    assert endpoint.api_key is not None
    assert endpoint.api_key.get_secret_value() == "gsk-of-groq"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, None), (None, None), ("", ""), ("library.db", "library.db"),
        (A, "http://a.example/v1"), (A, "https://a.example:444"), ("//x", "//x"),
        ("http://[::1", "http://[::1"), ("http://x:y", "http://x:y"),
    ],
)  # fmt: skip
def test_what_is_no_address_or_another_has_no_origin_in_common(
    one: str | None, other: str | None
) -> None:
    assert not same_origin(one, other)
