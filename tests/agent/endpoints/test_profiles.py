"""How a server gives itself away."""

from collections.abc import Mapping
from typing import Any

import pytest

from agent.endpoints.endpoint import Endpoint
from agent.endpoints.profiles import (
    Profile,
    known_profile,
    profile_from_answer,
    profile_from_list,
)

AT = Endpoint("http://gpu-box:8000/v1", "gpt-oss-20b", None)


@pytest.mark.parametrize(
    ("entry", "header", "name", "window"),
    [
        ({"owned_by": "llamacpp", "meta": {"n_ctx": 8192}}, "", "llamacpp", 8192),
        ({"owned_by": "me", "meta": None}, "llama.cpp", "llamacpp", None),
        ({"owned_by": "vllm", "max_model_len": 32768}, "uvicorn", "vllm", 32768),
        ({"owned_by": "library"}, "", "ollama", None),
        ({"owned_by": "organization_owner"}, "", "lmstudio", None),
        ({"owned_by": "somebody", "context_length": 4096}, "nginx", None, 4096),
        ({}, "", None, None),
    ],
)
def test_a_server_is_known_by_its_list_of_models(
    entry: Mapping[str, Any], header: str, name: str | None, window: int | None
) -> None:
    models = [{"id": "other", "max_model_len": 1}, {"id": AT.model, **entry}]
    assert profile_from_list(AT, models, header) == Profile(name, window)


def test_an_address_and_a_fingerprint_tell_too() -> None:
    ollama = Endpoint("http://localhost:11434/v1", "gpt-oss:20b", None)
    assert known_profile(ollama).name == "ollama"
    assert known_profile(AT).name is None
    assert profile_from_answer(Profile(), "fp_ollama").name == "ollama"
    assert profile_from_answer(Profile("vllm"), "fp_ollama").name == "vllm"
    assert profile_from_answer(Profile(), None).name is None
