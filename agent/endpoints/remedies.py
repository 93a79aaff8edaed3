"""What a person is told of a request that was refused."""

import json
import re
from collections.abc import Mapping
from typing import Any

import openai

from agent.endpoints.statuses import not_an_api
from tools.errors import CiteloopError, CredentialsError, ModelError
from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["explain_busy", "explain_refusal", "one_line", "server_text"]

_MAX_DETAIL = 300
_KEY = re.compile(r"\b(?:sk|gsk|key)[-_][\w.*-]{6,}|\bBearer [\w.*-]{6,}")


def one_line(text: str) -> str:
    """Return untrusted text as one short printable line without keys in it."""
    line = " ".join(neutralise_control_tokens(visible(text)).split())
    return _KEY.sub("***", line)[:_MAX_DETAIL].rstrip(".")


def explain_busy(status: int, host: str, said: str, wait: float | None) -> str:
    """Return what is told of a server that may answer in a moment."""
    if status == 429:
        again = f"; try again in {wait:.0f} s" if wait else "; try again later"
        return f"Rate-limited by {host}{again} ({said})."
    return f"{host} answered {status}: {said}. Try again, or look into its log."


def explain_refusal(
    status: int, host: str, said: str, model: str, error: openai.APIError
) -> CiteloopError:
    """Return what is told of a request that would be refused again."""
    if _is_page(error) and status not in {401, 402, 404}:
        return not_an_api(host)
    if status == 401:
        return CredentialsError(
            f"{host} refused the key ({said}). Set CITELOOP_API_KEY."
        )
    if status == 402:
        return CredentialsError(f"{host} wants payment ({said}). Add credits there.")
    remedies = {
        403: f"Ask {host} for access, or try another --model",
        404: "Check --model, and that --base-url ends as the server wants (often /v1)",
        413: "Lower context_window, so that less is sent",
        422: "Try another --model, or update the server",
        400: "Try another --model, or update the server",
    }
    if "support tool use" in said:  # OpenRouter's 404
        return ModelError(
            f"{host} has {model} nowhere that calls tools ({said}). "
            "Try another --model, or another --provider."
        )
    if status == 404:
        return ModelError(
            f"{host} has no {model}, or not at this address ({said}). {remedies[404]}."
        )
    remedy = remedies.get(status, "Look into its log, or try another --model")
    return ModelError(f"{host} answered {status}: {said}. {remedy}.")


def _is_page(error: openai.APIError) -> bool:
    if not isinstance(error, openai.APIStatusError):
        return False
    kind = error.response.headers.get("content-type", "")
    return "text/html" in kind or error.response.text.lstrip().startswith("<")


def server_text(error: openai.APIError) -> str:
    """Return the server's own words; the client drops errors that are plain strings."""
    if _is_page(error):
        return "an HTML page"
    body = error.body
    provider = ""
    if isinstance(body, Mapping):
        inner = body.get("error") or body
        metadata = inner.get("metadata") if isinstance(inner, Mapping) else None
        if isinstance(metadata, Mapping) and metadata.get("provider_name"):
            provider = f"{one_line(str(metadata['provider_name']))}: "
        message = _message(inner) if isinstance(inner, Mapping) else inner
        body = message or json.dumps(body)
    return provider + one_line(str(body or error.message))


def _message(error: Mapping[str, Any]) -> str | None:
    """Return the words of an error; FastAPI's stand in `detail`."""
    words = (error.get("message"), error.get("detail"))
    return next((each for each in words if each and isinstance(each, str)), None)
