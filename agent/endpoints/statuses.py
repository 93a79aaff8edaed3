"""What a server's answer says of its failure: status, quota, overflow."""

import json
import re
from collections.abc import Mapping
from typing import Any

import openai

from agent.endpoints.complaints.waiting import seconds_to_wait
from tools.complaints import find_complaint
from tools.errors import UsageError

__all__ = [
    "error_status",
    "is_garbled",
    "is_overflow",
    "is_quota",
    "not_an_api",
    "refuses_schema",
    "refuses_tools",
    "speaks_of_request",
    "status_of",
]

_OVERFLOW = re.compile(
    r"context.{0,20}(?:length|window|size|limit|overflow)|maximum context|n_ctx"
    r"|(?:prompt|input) (?:is )?too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
"""How OpenAI, vLLM, llama.cpp, Ollama, LM Studio and OpenRouter say it."""
_GARBLED = re.compile(
    r"harmonyerror|while expecting start token|unknown role|unexpected eos while"
    r"|(?:message header|tokens remaining|channel marker|no channel value)[^\n]{0,80}"
    r"(?:header|role|channel|complete|found)|tokens remaining in message header"
    r"|(?:error|failed|failure) (?:in |to )?(?:pars|extract)ing (?:the )?tool call"
    r"|(?:error|failed to|could not) parse? ?(?:the )?(?:input|tool call|model)"
    r"|parsing failed|peg-native|could not be parsed"
    r"|model has crashed without additional",
    re.IGNORECASE,
)
"""openai/harmony's own texts as vLLM and sglang pass them on (vllm #22519, #23567,
#46464, #50690, #51977, #57099, tenstorrent/vllm #386, exo #1126), and those of Ollama,
llama.cpp, Groq and LM Studio (lmstudio #1057)."""
_NO_TOOLS = re.compile(
    r"(?:does|do|did)(?: not|n't) support (?:the use of )?(?:tools?|function)"
    r"|support tool use|tool (?:use|calling)`? is not (?:supported|available)"
    r"|tools? (?:is|are) not (?:supported|available|enabled|allowed)"
    r"|tools param requires|--enable-auto-tool-choice|tool-call-parser"
    r"|unsupported (?:parameter|field|value)[^\n]{0,40}\btools?\b",
    re.IGNORECASE,
)
"""How Ollama, OpenRouter, Groq, Together, llama.cpp (without --jinja), vLLM and SGLang
say that this model, or this server, takes no tools."""
_NO_SCHEMA = frozenset({400, 404, 422, 500, 501})
"""Statuses of a server that takes no JSON schema: 404 is OpenRouter's, where no
provider of the model does, 500 what a grammar that cannot be built ends in."""
_USED_UP = frozenset({
    "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
    "insufficient_balance", "insufficient_funds", "insufficient_credits", "Arrearage",
    "exceeded_current_quota_error", "access_terminated", "credits_exhausted",
    "AllocationQuota.FreeTierOnly",
})  # fmt: skip
"""OpenAI's, DashScope's, Moonshot's and others' words for it; none passes by itself."""
_QUOTA = re.compile(
    r"exceeded your current quota|insufficient (?:balance|quota|credits?|funds)"
    r"|(?:used|spent) (?:up )?all (?:of )?(?:its|your|the) (?:available )?credits"
    r"|check your plan and billing|billing hard limit",
    re.IGNORECASE,
)
_STATUSES: Mapping[str, int] = {
    "tool_use_failed": 400, "output_parse_failed": 400, "invalid_request_error": 400,
    "BadRequestError": 400, "context_length_exceeded": 400, "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400, "InvalidParameter": 400,
    "content_policy_violation": 400,
    "authentication_error": 401, "invalid_api_key": 401, "InvalidApiKey": 401,
    "UNAUTHENTICATED": 401, "invalid_authentication_error": 401,
    "permission_error": 403, "permission_denied": 403, "PERMISSION_DENIED": 403,
    "not_found_error": 404, "model_not_found": 404, "NOT_FOUND": 404,
    "NotFoundError": 404, "ModelNotFound": 404,
    "request_too_large": 413,
    "rate_limit_error": 429, "rate_limit_exceeded": 429, "RESOURCE_EXHAUSTED": 429,
    "rate_limit_reached_error": 429, "Throttling": 429, "Throttling.RateQuota": 429,
    "tokens": 429, "requests": 429, "insufficient_quota": 429,
    "billing_hard_limit_reached": 429, "exceeded_current_quota_error": 429,
    "overloaded_error": 529, "overloaded": 503, "server_is_overloaded": 503,
    "engine_overloaded_error": 503, "UNAVAILABLE": 503, "DEADLINE_EXCEEDED": 504,
}  # fmt: skip
"""The words that stand for a status in a body which names no number: OpenAI's,
Anthropic's, Google's, vLLM's, Groq's, DashScope's and Moonshot's."""


def error_status(body: Any) -> int | None:
    """Return the status of the failure that a body tells of, None if of none.

    OpenRouter puts it into `code`, Groq's streams into `status_code`; others have a
    word there, or nothing, and then it is 500.
    """
    found = find_complaint(body)
    return None if found is None else _status_in(found)


def _status_in(error: Mapping[str, Any]) -> int:
    named = [error.get(name) for name in ("code", "status_code", "status")]
    named += [error.get(name) for name in ("http_status", "statusCode", "error_code")]
    for value in named:
        number = (
            int(value) if isinstance(value, float) and value.is_integer() else value
        )
        if str(number).isdecimal() and 400 <= int(str(number)) <= 599:
            return int(str(number))
    words = [str(error.get(name)) for name in ("code", "type", "status", "error_type")]
    return next((_STATUSES[each] for each in words if each in _STATUSES), 500)


def is_quota(error: openai.APIError) -> bool:
    """Whether a server says that a quota is used up, which no waiting brings back.

    Google says the same of a quota of each minute (Roo-Code #3883): where a pause is
    named, it is one that passes.
    """
    found = find_complaint({"error": error.body}) or {}
    named = {str(found.get(name)) for name in ("code", "type")}
    if named & _USED_UP:
        return True
    words = str(found.get("message") or error.message)
    return bool(_QUOTA.search(words)) and seconds_to_wait(error) is None


def is_garbled(error: openai.APIError) -> bool:
    """Whether a server could not read what its own model wrote, whatever its status.

    To sample again is the remedy: the request itself is not at fault.
    """
    if status_of(error) in {401, 402, 403, 404, 413, 429}:
        return False
    found = find_complaint({"error": error.body}) or {}
    if found.get("code") == "output_parse_failed":
        return True  # Groq's
    return bool(_GARBLED.search(str(found.get("message") or error.message)))


def refuses_schema(error: Exception) -> bool:
    """Whether a server may have refused a prompt for the JSON schema that it names."""
    return getattr(error, "status_code", None) in _NO_SCHEMA


def refuses_tools(error: openai.APIError) -> bool:
    """Whether a server refused a request because of the tools in it."""
    if status_of(error) not in {400, 404, 405, 422, 500, 501}:
        return False
    found = find_complaint({"error": error.body}) or {}
    return bool(_NO_TOOLS.search(str(found.get("message") or error.message)))


def speaks_of_request(error: openai.APIError) -> bool:
    """Whether a failure is about this request or what the model wrote to it.

    Any other says that the server answers nobody, and no other request would help.
    """
    if isinstance(error, openai.APIConnectionError):
        return False
    about_request = status_of(error) in {400, 413, 422} or is_overflow(error)
    return about_request or is_garbled(error) or refuses_tools(error)


def is_overflow(error: BaseException) -> bool:
    """Whether a server refused a prompt because it is too long for the model."""
    if not isinstance(error, openai.APIError):
        return False
    if status_of(error) not in {400, 413, 422, 500}:
        return False
    try:
        said = json.dumps(error.body) if error.body else str(error)
    except RecursionError:
        return False
    return bool(_OVERFLOW.search(said))


def not_an_api(host: str) -> UsageError:
    """Return what is said of an address that is something else."""
    return UsageError(
        f"{host} is not an OpenAI-compatible API; check the base URL (--base-url, "
        "CITELOOP_BASE_URL): it often ends in /v1."
    )


def status_of(error: openai.APIError) -> int:
    """Return the status of a response, or the one that an error in a stream names."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code
    return error_status({"error": error.body or "unknown"}) or 500
