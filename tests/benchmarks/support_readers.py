"""Who reads what the rules have judged, for `support.py`, and what comes of it.

The oracle knows the label of a case and says the same of all of its sentences: which
one of a false summary is false, no label tells. Whatever it leaves misjudged is thus
the rules' doing. Any other is what the setting `checker` names, asked of each case by
itself, as of an answer.
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from time import perf_counter
from typing import Protocol

from agents import ModelResponse

from agent.checking.choosing import room_in
from agent.checking.model import ModelChecker
from agent.checking.named import NOBODY, named_checker
from agent.endpoints.client import endpoint_client
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.probing import identify
from agent.endpoints.requests import endpoint_settings, model_settings
from agent.endpoints.retried_model import ServedModel
from agent.settings.depth import DEPTHS, MAX_WINDOW
from agent.settings.settings import Settings
from agent.wire.model import WireModel
from tests.benchmarks.support_figures import (
    BORNE_OUT,
    Outcome,
    balanced,
    counts_of,
    wilson,
)
from tools.errors import CiteloopError, UsageError
from tools.grounding.support.checker import Checker
from tools.grounding.support.finding import Pair, Reading

__all__ = ["ORACLE", "Reader", "open_reader", "oracle_floor", "report_changes"]

ORACLE = "oracle"
BALANCED = 0.90
"""What the oracle must reach on SummEdits."""

_CHANGES = {
    "true, unclear: lifted": (True, {"unclear"}, True),
    "false, unclear: lifted (harm)": (False, {"unclear"}, True),
    "true, borne out: lowered (harm)": (True, BORNE_OUT, False),
    "false, borne out: lowered": (False, BORNE_OUT, False),
    "true, contradicted: lifted (never)": (True, {"contradicted"}, True),
    "true, none: lifted (never)": (True, {"none"}, True),
    "false, contradicted: lifted (never)": (False, {"contradicted"}, True),
    "false, none: lifted (never)": (False, {"none"}, True),
}
"""The label of a case, its verdicts by the rules, and whether it is borne out then."""


class Reader(Protocol):
    """Somebody who reads the pairs of a case."""

    def read(self, pairs: Sequence[Pair], label: bool) -> Mapping[Pair, Reading]:
        """Return what is said of pairs, all of one case with this label."""

    def spent(self) -> str:
        """Return what was spent since this was last asked, blank for nothing."""


class Oracle:
    """Knows the labels, and spends nothing."""

    def read(self, pairs: Sequence[Pair], label: bool) -> Mapping[Pair, Reading]:
        return dict.fromkeys(pairs, Reading("states" if label else "contradicts"))

    def spent(self) -> str:
        return ""


@dataclass(slots=True)
class Spending:
    """What the reading of a set has taken."""

    seconds: list[float] = field(default_factory=list)
    """Of each case that was asked about."""
    prompt_tokens: list[int] = field(default_factory=list)
    """Of each response, as the server counts."""
    output_tokens: list[int] = field(default_factory=list)
    asked: int = 0
    """Pairs."""
    read: int = 0
    """Pairs of which something was said that could be used."""
    failures: int = 0
    """Cases of which nothing came."""

    def __str__(self) -> str:
        """Say it, for a page of figures."""
        text = f"{len(self.seconds)} cases asked about, {self.failures} failed; "
        text += f"{self.read} of {self.asked} sentences read"
        if self.seconds:
            text += f"; seconds a case: median {median(self.seconds):.1f}"
            text += f", most {max(self.seconds):.1f}, {sum(self.seconds):.0f} in all"
        for name, counts in (
            ("prompt", self.prompt_tokens), ("output", self.output_tokens)
        ):  # fmt: skip
            if counts:
                text += f"; {name} tokens: median {median(counts):.0f}"
                text += f", {sum(counts):,} in all"
        return text

    def add(self, response: ModelResponse) -> None:
        self.prompt_tokens.append(response.usage.input_tokens)
        self.output_tokens.append(response.usage.output_tokens)

    def clear(self) -> None:
        for each in (self.seconds, self.prompt_tokens, self.output_tokens):
            each.clear()
        self.asked = self.read = self.failures = 0


class Asked:
    """A checker, which is not told the labels."""

    def __init__(
        self, checker: Checker, runner: asyncio.Runner, spending: Spending
    ) -> None:
        """Take a checker, whose connections live in the loop of this runner.

        Args:
            checker: Asked once a case.
            runner: Runs it.
            spending: Where the checker counts its tokens.
        """
        self._checker = checker
        self._runner = runner
        self._spending = spending

    def read(self, pairs: Sequence[Pair], label: bool) -> Mapping[Pair, Reading]:
        """Return what it says; where it fails, nothing was read, as for a question."""
        del label
        started = perf_counter()
        readings: Mapping[Pair, Reading] = {}
        try:
            readings = self._runner.run(_read(self._checker, pairs))
        except CiteloopError as error:
            print(f"nothing was read: {error}", file=sys.stderr)
            self._spending.failures += 1
        self._spending.seconds.append(perf_counter() - started)
        self._spending.asked += len(pairs)
        self._spending.read += len(readings)
        return readings

    def spent(self) -> str:
        text = str(self._spending)
        self._spending.clear()
        return text


async def _read(checker: Checker, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
    return await checker.read(pairs)


@contextmanager
def open_reader(name: str) -> Iterator[Reader | None]:
    """Yield whom a name means: `none`, `oracle`, or what `checker` can be set to.

    Raises:
        CiteloopError: there is nobody of this name.
    """
    if name in {NOBODY, ORACLE}:
        yield Oracle() if name == ORACLE else None
        return
    settings = Settings(checker=name)
    named = named_checker(settings)
    if named is None:
        raise UsageError(
            f"{name} is the model of a question, and here is none: name it."
        )
    if isinstance(named, Endpoint):
        with _open_model(named, settings) as reader:
            yield reader
    else:
        with asyncio.Runner() as runner:
            yield Asked(named, runner, Spending())


@contextmanager
def _open_model(endpoint: Endpoint, settings: Settings) -> Iterator[Reader]:
    """Yield a model, asked as `agent.checking.once` asks it, and counted."""
    depth = DEPTHS[settings.depth].limited(settings)
    spending = Spending()
    with asyncio.Runner() as runner:
        client = endpoint_client(endpoint)
        try:
            profile = runner.run(identify(endpoint, client))
            served = ServedModel(
                WireModel(endpoint.model, client, settings.token_seconds),
                endpoint,
                lambda given: endpoint_settings(endpoint, profile, given),
            )
            checker = ModelChecker(
                lambda: served,
                replace(model_settings(depth), timeout=depth.turn_seconds),
                room=room_in(
                    min(settings.context_window, profile.window or MAX_WINDOW)
                ),
                retry_seconds=settings.retry_seconds,
                permits=lambda tokens: tokens <= depth.max_tokens,
                spend=spending.add,
            )
            yield Asked(checker, runner, spending)
        finally:
            runner.run(client.close())


def report_changes(name: str, outcomes: Sequence[Outcome], reader: Reader) -> None:
    """Print what a reader has changed, in both directions, and what it took."""
    print(f"\n| {name}: what the reader changed | cases | share |")
    print("|---|---|---|")
    for title, (label, supports, to) in _CHANGES.items():
        several = [o for o in outcomes if o.label == label and o.by_rules in supports]
        changed = sum(each.borne_out == to for each in several)
        print(f"| {title} | {changed} of {len(several)} "
              f"| {wilson(changed, len(several))} |")  # fmt: skip
    # As for a question, and in `verify`: what the rules bear out as a whole stands.
    asked_less = [
        replace(each, borne_out=each.borne_out or each.by_rules in BORNE_OUT)
        for each in outcomes
    ]
    print(f"\nBalanced: {balanced(counts_of(outcomes)):.3f}; asked only where a "
          f"sentence is unclear: {balanced(counts_of(asked_less)):.3f}")  # fmt: skip
    if text := reader.spent():
        print(text)


def oracle_floor(name: str, outcomes: Sequence[Outcome]) -> dict[str, bool]:
    share = balanced(counts_of(outcomes))
    text = f"{name}: balanced with an oracle {share:.3f}, floor {BALANCED}"
    return {text: share >= BALANCED}
