"""`citeloop doctor`: is all there that an answer needs?"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.cli.given.given_settings import flags_of
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.profiles import Profile
from agent.endpoints.resolving import resolve_endpoints
from agent.settings.settings import Settings
from tools.errors import CiteloopError, ExitCode, UsageError
from tools.sources.naming import without_password
from tools.text.clean import visible

if TYPE_CHECKING:
    from agent.endpoints.probing import Listing

__all__ = ["run"]

_SECONDS = 60.0
_EXTRACTIVE = (
    "none: the extractive model answers by quoting. To connect gpt-oss, use "
    "--provider ollama (or openrouter, vllm, …), or set CITELOOP_BASE_URL"
)
_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    found: str
    """What was found, or what to do about it."""
    code: ExitCode = ExitCode.ANSWERED
    """What the command exits with if nothing worse follows."""


def run(flags: argparse.Namespace) -> int:
    """Print each check; the code is that of the first that failed."""
    # What is not approved is a check that fails, and no reason to check no more.
    settings = Settings.load(flags_of(flags), trust_config=bool(flags.trust_config))
    if flags.forget:
        return _forget(settings)
    code = 0
    for check in _checks(settings):
        sign = "✗" if check.code else "✓"
        print(visible(f"{sign} {check.name:<9} {check.found}"), flush=True)
        code = code or check.code
    return code


def _forget(settings: Settings) -> int:
    """Forget what was learnt of models; the next question of each begins as agent.

    Raises:
        UsageError: the file cannot be removed.
    """
    from agent.modes.learnt import Learnt

    try:
        count = Learnt(settings.data_dir).forget()
    except OSError as error:
        raise UsageError(f"What was learnt cannot be removed: {error}.") from error
    print(f"Forgotten: what was learnt of {count} model{'' if count == 1 else 's'}.")
    return 0


def _checks(settings: Settings) -> Iterator[_Check]:
    yield _python()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        shown = "not set" if value is None else without_password(str(value))
        yield _Check("setting", f"{name} = {shown} ({settings.origin(name)})")
    for name, reason in settings.unapproved.items():
        yield _Check("setting", f"{name} is left out: {reason}", ExitCode.USAGE)
    for name, reason in settings.withheld.items():
        yield _Check("setting", f"{name} is left out: {reason}")
    yield _try("embedder", lambda: _embedder(settings))
    yield _try("reranker", lambda: _reranker(settings))
    yield _try("checker", lambda: _checker(settings))
    yield _try("library", lambda: _library(settings))
    try:
        endpoints = resolve_endpoints(settings)
    except CiteloopError as error:
        yield _Check("endpoint", str(error), error.exit_code)
        return
    for endpoint in endpoints:
        if endpoint is None:
            yield _Check("endpoint", _EXTRACTIVE)
        else:
            yield from _endpoint(endpoint, settings)


def _try(name: str, look: Callable[[], str]) -> _Check:
    try:
        return _Check(name, look())
    except CiteloopError as error:
        return _Check(name, str(error), error.exit_code)


def _python() -> _Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _PYTHON:
        text = f"{version} is too old: Citeloop needs Python 3.11 or newer"
        return _Check("python", text, ExitCode.USAGE)
    return _Check("python", f"{version} at {sys.executable}")


def _embedder(settings: Settings) -> str:
    from agent.opening import load_settings_embedder

    embedder = load_settings_embedder(settings)
    width = embedder.embed_queries(["Is anybody there?"]).shape[1]
    return f"{embedder.identity} makes vectors of {width} dimensions"


def _reranker(settings: Settings) -> str:
    from agent.opening import load_settings_reranker

    reranker = load_settings_reranker(settings)
    if reranker is None:
        return "none: passages keep the order that vectors and words give them"
    pair = ["Yes, I am here.", "The lamp is on the table."]
    scores = reranker.scores("Is anybody there?", pair)
    shown = " and ".join(f"{score:.3f}" for score in scores)
    return f"{reranker.identity} scores two texts: {shown}"


def _checker(settings: Settings) -> str:
    from agent.checking.named import NOBODY, named_checker
    from tools.grounding.support.finding import Pair

    named = named_checker(settings)
    if named is None and settings.checker == NOBODY:
        return "none: what rules cannot tell stays unclear"
    if named is None:
        return "auto: the model itself, at the depths medium and high"
    if isinstance(named, Endpoint):
        return f"{named.model} at {named.base_url} (not asked)"
    pair = Pair("The lamp is on the table.", "A red lamp stands on the table.")
    read = asyncio.run(named.read([pair]))
    says = read[pair].says if pair in read else "nothing"
    return f"{named.identity} reads a sentence and a quote: {says}"


def _library(settings: Settings) -> str:
    from agent.opening import open_library

    # Without the reranker, which has a line of its own.
    with open_library(settings.model_copy(update={"reranker": None})) as library:
        names = library.names()
        notice = f". {library.notice}" if library.notice else ""
    return f"{len(names):,} documents in {settings.library}{notice}"


def _endpoint(endpoint: Endpoint, settings: Settings) -> Iterator[_Check]:
    probe = _Probe(endpoint, settings)
    for name, look in (
        ("endpoint", probe.models),
        ("model", probe.is_served),
        ("tools", probe.calls_a_tool),
        ("profile", probe.profile),
        ("mode", probe.mode),
    ):
        check = _try(name, look)
        yield check
        if check.code:
            return


class _Probe:
    """Asks a server for its models, and a model for one tool call."""

    def __init__(self, endpoint: Endpoint, settings: Settings) -> None:
        self._endpoint = endpoint
        self._settings = settings
        self._names: list[str] | None = None
        self._profile = Profile()
        self._reasoning_field: str | None = None
        self._calls_tools = True

    def models(self) -> str:
        listing = asyncio.run(self._list())
        self._names, self._profile = listing.names, listing.profile
        if self._names is None:
            return f"{self._endpoint.base_url} answers (it lists no models)"
        key = "with a key" if self._endpoint.api_key else "without a key"
        count = len(self._names)
        return f"{self._endpoint.base_url} answers {key} and lists {count} models"

    async def _list(self) -> "Listing":
        from agent.endpoints.client import endpoint_client
        from agent.endpoints.probing import list_models
        from agent.endpoints.versions import server_version

        async with endpoint_client(self._endpoint, _SECONDS) as client:
            listing = await list_models(self._endpoint, client)
            version = await server_version(listing.profile, client)
        return replace(listing, profile=replace(listing.profile, version=version))

    def is_served(self) -> str:
        from tools.errors import ModelError

        wanted = self._endpoint.model
        if self._names and wanted not in self._names:
            others = ", ".join(self._names[:8])
            raise ModelError(
                f"{wanted} is not there. Use --model with one of: {others}"
            )
        return f"{wanted} is there" if self._names else f"{wanted} (not verified)"

    def calls_a_tool(self) -> str:
        """Tell whether the model calls a tool; where it need not, that is no failure.

        Raises:
            CiteloopError: it calls none, and is to be an agent; or it was not asked.
        """
        from agent.endpoints.probing import NoToolCallError, call_a_tool

        try:
            probed = asyncio.run(call_a_tool(self._endpoint, self._profile, _SECONDS))
        except NoToolCallError as error:
            if self._settings.mode == "agent":
                raise
            self._calls_tools = False
            return f"{error} Until then, it is guided"
        self._profile = probed.profile
        self._reasoning_field = probed.reasoning_field
        return probed.said

    def mode(self) -> str:
        """Tell in which mode questions begin, and keep what was learnt for that."""
        from agent.modes.learnt import Learnt
        from agent.modes.reasons import Reason

        name, wanted = self._endpoint.model, self._settings.mode
        reason = None if self._calls_tools else Reason.NO_CALL
        Learnt(self._settings.data_dir).note(
            self._endpoint, self._profile.version, guided=bool(reason), reason=reason
        )
        if wanted != "auto":
            return f"{wanted}, as it is set"
        if reason is None:
            return f"auto: {name} begins as agent, and is guided where it has to be"
        return f"auto: {name} is guided, for it calls no tool"

    def profile(self) -> str:
        """Tell what the server was taken for, and what is done for it."""
        name = self._profile.name or "unknown, with the safe defaults"
        provider = self._profile.provider
        template = bool(provider and provider.effort_in_template)
        effort = " and in chat_template_kwargs" if template else ""
        shown = self._reasoning_field
        reasoning = f"reasoning comes as {shown}" if shown else "no reasoning was shown"
        return f"{name}; effort as reasoning_effort{effort}; {reasoning}{self._window}"

    @property
    def _window(self) -> str:
        window, wanted = self._profile.window, self._settings.context_window
        if window is None:
            return f"; window not named, context_window is {wanted:,}"
        return f"; window {window:,}, {min(window, wanted):,} are used"
