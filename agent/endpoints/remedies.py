"""What a person is told of a request that was refused."""

import re
from collections.abc import Mapping
from math import ceil

import openai

from agent.endpoints.complaints.pages import describe_page, is_page
from tools.complaints import find_complaint
from tools.errors import CiteloopError, CredentialsError, ModelError
from tools.text.clean import neutralise_control_tokens, visible

__all__ = [
    "explain_busy",
    "explain_no_tools",
    "explain_refusal",
    "one_line",
    "server_text",
]

_MAX_DETAIL = 300
_KEY = re.compile(r"\b(?:sk|gsk|key)[-_][\w.*-]{6,}|\bBearer [\w.*-]{6,}")


def one_line(text: str) -> str:
    """Return untrusted text as one short printable line without keys in it."""
    line = " ".join(neutralise_control_tokens(visible(text)).split())
    return _KEY.sub("***", line)[:_MAX_DETAIL].rstrip(".")


def explain_busy(status: int, host: str, said: str, wait: float | None) -> str:
    """Return what is told of a server that may answer in a moment."""
    if status == 429:
        again = f"; try again in {ceil(wait)} s" if wait else "; try again later"
        return f"Rate-limited by {host}{again} ({said})."
    return f"{host} answered {status}: {said}. Try again, or look into its log."


def explain_no_tools(host: str, said: str, model: str) -> CiteloopError:
    """Return what is told of a server that takes no tools for a model."""
    return ModelError(
        f"{host} has {model} nowhere that calls tools ({said}). Use --mode guided, "
        "another --model or another --provider."
    )


def explain_refusal(status: int, host: str, said: str, model: str) -> CiteloopError:
    """Return what is told of a request that would be refused again."""
    if status == 401:
        return CredentialsError(
            f"{host} refused the key ({said}). Set CITELOOP_API_KEY."
        )
    if status == 402:
        return CredentialsError(f"{host} wants payment ({said}). Add credits there.")
    remedies = {
        403: f"Ask {host} for access, or try another --model",
        404: "Check --model, and that --base-url ends as the server wants (often /v1)",
        405: f"Ask who runs {host} whether it takes chat completions there",
        413: "It takes no request of that size: lower context_window, so that less "
        "is sent",
        422: "Try another --model, or update the server",
        400: "Try another --model, or update the server",
    }
    if status == 404:
        return ModelError(
            f"{host} has no {model}, or not at this address ({said}). {remedies[404]}."
        )
    remedy = remedies.get(status, "Look into its log, or try another --model")
    return ModelError(f"{host} answered {status}: {said}. {remedy}.")


def server_text(error: openai.APIError) -> str:
    """Return the server's own words, whichever form they came in."""
    if isinstance(error, openai.APIStatusError) and is_page(error.response):
        return describe_page(error.response)
    found = find_complaint({"error": error.body}) or {}
    metadata = found.get("metadata")
    provider = ""
    if isinstance(metadata, Mapping) and metadata.get("provider_name"):
        provider = f"{one_line(str(metadata['provider_name']))}: "
    return provider + one_line(str(found.get("message") or error.message))
