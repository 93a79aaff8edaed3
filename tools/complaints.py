"""Finds what a server says of its failure, in whichever form it says it.

There is no one form of an error: OpenAI's `error`, vLLM's object of that name,
FastAPI's `detail`, the `success: false` of gateways, and many a provider's own.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["find_complaint", "foreign_form", "words_of"]

_WORDS = (
    "message", "msg", "detail", "error_message", "error_msg", "errorMessage",
    "status_msg", "faultstring", "description", "title", "reason", "text", "error",
    "errors",
)  # fmt: skip
"""Under which names the words of an error stand, the best first."""
_CODES = ("code", "status_code", "statusCode", "error_code", "status", "type")
_INNER = ("errors", "detail", "base_resp", "fault", "response", "data")
"""Where what goes wrong is told of, beside `error`."""
_BARE = frozenset({"message", "msg", "Message", "request_id", "requestId", "id"})
_FINE = frozenset({"0", "200", "ok", "success", "true"})
"""Codes that are no failure's."""
_DEEPEST = 4
"""How deep words are looked for; none of the known forms is deeper."""
_MOST_WORDS = 2000
"""Characters of them; what is shown is far shorter."""
_FORMS: Mapping[str, str] = {
    "response": "the Responses API", "message": "Anthropic's Messages API",
    "candidates": "Gemini's own API", "done": "Ollama's own API",
    "generated_text": "a completion without a chat",
}  # fmt: skip
"""What answers that are no chat completions are recognised by, and whose they are."""


def find_complaint(body: Any) -> Mapping[str, Any] | None:
    """Return the failure that a body tells of, None if it tells of none.

    Whatever form it came in, its words stand in `message`.
    """
    if isinstance(body, list) and len(body) == 1:
        body = body[0]  # Google's form (gemini-cli #1502)
    if not isinstance(body, Mapping):
        return None
    error = body.get("error")
    if not error and _is_complaint(body):
        error = body
    if isinstance(error, Mapping):
        return {**error, "message": words_of(error) or _written(error)}
    if not error:
        return None
    named = {key: body[key] for key in _CODES if body.get(key)}
    return {**named, "message": words_of(error) or words_of(body) or _written(error)}


def _written(error: Any) -> str:
    """Return an error that has no words, as it came."""
    try:
        return json.dumps(error)[:_MOST_WORDS]
    except RecursionError:
        return "an error without a word"


def _is_complaint(body: Mapping[str, Any]) -> bool:
    """Whether a body without `error` is one, and no answer."""
    if body.get("choices") or body.get("object") == "chat.completion.chunk":
        return False
    base = body.get("base_resp")  # MiniMax's
    refused = base.get("status_code") if isinstance(base, Mapping) else None
    if refused or body.get("success") is False or body.get("status") == "failed":
        return True
    if "error" in (body.get("object"), body.get("type"), body.get("status")):
        return True  # vLLM's form, Anthropic's, and that of many a gateway
    if any(body.get(name) for name in ("detail", "errors", "fault")):
        return True
    return "choices" not in body and _has_words(body) and _is_bare_or_coded(body)


def _is_bare_or_coded(body: Mapping[str, Any]) -> bool:
    """Whether words stand alone, as AWS sends them, or beside a code of a failure."""
    names = ("code", "status_code", "statusCode", "error_code")
    codes = (body.get(name) for name in names)
    failed = any(code and str(code).casefold() not in _FINE for code in codes)
    return failed or body.keys() <= _BARE


def _has_words(body: Mapping[str, Any]) -> bool:
    return any(isinstance(body.get(name), str) and body[name] for name in _WORDS)


def words_of(given: Any) -> str:
    """Return the words in a text, an error or a list of errors; blank if none."""
    return "; ".join(dict.fromkeys(_words(given, _DEEPEST)))[:_MOST_WORDS].strip()


def _words(given: Any, depth: int) -> Iterator[str]:
    if isinstance(given, str):
        yield from _unpacked(given, depth)
    elif isinstance(given, list) and depth:
        for each in given[:3]:
            yield from _words(each, depth - 1)
    elif isinstance(given, Mapping) and depth:
        place = given.get("loc")  # FastAPI's: where in the request it is
        where = ".".join(map(str, place)) if isinstance(place, list) else ""
        names = (name for name in (*_WORDS, *_INNER) if given.get(name))
        found = (list(_words(given[name], depth - 1)) for name in names)
        first = next((each for each in found if each), [])
        yield from (f"{where}: {each}" if where else each for each in first)


def _unpacked(text: str, depth: int) -> Iterator[str]:
    """Yield a text, or the words of the JSON that a gateway has put into it."""
    inner: Any = None
    if depth and text.lstrip()[:1] in {"{", "["} and len(text) <= _MOST_WORDS:
        try:
            inner = json.loads(text)
        except (ValueError, RecursionError):
            inner = None
    found = list(_words(inner, depth - 1)) if isinstance(inner, dict | list) else []
    yield from found or ([text.strip()] if text.strip() else [])


def foreign_form(payload: Mapping[str, Any]) -> str | None:
    """Return whose form an answer has that is no chat completion, None if it is one."""
    if "choices" in payload:
        return None
    kind = payload.get("type")
    if payload.get("object") == "response" or str(kind).startswith("response."):
        return _FORMS["response"]
    if kind in {"message", "message_start", "content_block_delta"}:
        return _FORMS["message"]
    if isinstance(payload.get("candidates"), list):
        return _FORMS["candidates"]
    if isinstance(payload.get("done"), bool):
        return _FORMS["done"]
    return _FORMS["generated_text"] if "generated_text" in payload else None
