"""What a bug report says, as Markdown."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.conformance.bugs.upstream import Upstream
from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.finding import Finding
from agent.conformance.rules.rule import Violation
from tools.text.clean import visible

__all__ = ["Bug", "Fingerprint", "report_of", "title_of"]

_AROUND = 160
"""Bytes that are shown before and behind the place where a rule is broken."""
_LONGEST = 2_000
"""Bytes of a response that a report shows; the file beside it has them all."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a server says of itself."""

    server: str
    """As `llamacpp`; blank if it is not known."""
    version: str
    """Blank if it says none."""
    headers: Mapping[str, str]
    """Of a response: those that tell of software."""
    model: str
    """The one that answered, by its own name."""
    system_fingerprint: str

    def lines(self) -> Iterator[str]:
        """Yield what is known, a line each."""
        known = {
            "server": " ".join(filter(None, [self.server, self.version])),
            "model": self.model,
            "system_fingerprint": self.system_fingerprint,
            **self.headers,
        }
        for name, value in known.items():
            if value:
                yield f"- {name}: {_code(value)}"


@dataclass(frozen=True, slots=True)
class Bug:
    """A failing probe with all that a report of it has."""

    finding: Finding
    violation: Violation | None
    """The rule that is broken; None where the probe failed by what it asks."""
    exchange: Exchange
    """The one that shows it, of the smallest request."""
    asked: int
    """Requests that looked for the smallest; 0 where none was looked for."""
    smallest: bool
    """Whether nothing more of the request can be left out."""
    upstream: Sequence[Upstream]
    fingerprint: Fingerprint


def title_of(bug: Bug) -> str:
    """Return what is wrong, in a line."""
    found = bug.violation.breach.found if bug.violation else bug.finding.sentence
    way = "streamed" if bug.exchange.streamed else "whole"
    return _line(f"{bug.finding.probe.title} ({way}): {found}")[:200]


def report_of(bug: Bug) -> str:
    """Return the report: expected, got, how to see it, who, what is known of it."""
    return "\n".join(_lines(bug)) + "\n"


def _lines(bug: Bug) -> Iterator[str]:
    violation, exchange = bug.violation, bug.exchange
    expected, got = bug.finding.probe.title, bug.finding.sentence
    if violation:
        expected, got = violation.rule.expected, violation.breach.found
    yield f"# {_text(title_of(bug))}"
    yield ""
    yield f"**Expected.** {_text(expected)}."
    yield ""
    yield f"**Got.** {_text(got)}."
    yield ""
    yield from _response(exchange, violation)
    yield ""
    yield "## To see it"
    yield ""
    yield "`sh curl.sh` sends this, with the key of `API_KEY`:"
    yield ""
    yield from _fenced(_request(exchange), "json")
    yield ""
    yield _shrunk(bug)
    yield ""
    yield "## Where"
    yield ""
    yield from bug.fingerprint.lines()
    yield from _rate(bug.finding)
    yield ""
    yield "## What is known"
    yield ""
    yield from _known(bug)


def _response(exchange: Exchange, violation: Violation | None) -> Iterator[str]:
    status = exchange.status if exchange.status is not None else "no answer"
    yield f"Status {status}; all {len(exchange.body):,} bytes are in `response.bin`."
    if exchange.failure:
        yield f"The transport broke: {_text(exchange.failure)}."
    yield ""
    if violation is None:
        shown, start = exchange.body[:_LONGEST], 0
    else:
        start = max(0, violation.breach.place - _AROUND)
        shown = exchange.body[start : violation.breach.place + _AROUND]
        yield f"Byte {violation.breach.place:,}, with what is around it:"
        yield ""
    yield from _fenced(shown.decode(errors="backslashreplace"), "")


def _request(exchange: Exchange) -> str:
    if isinstance(exchange.request, bytes):
        return exchange.request.decode(errors="backslashreplace")
    return json.dumps(exchange.request, ensure_ascii=False, indent=2)


def _shrunk(bug: Bug) -> str:
    if not bug.asked:
        return (
            "The request is as the probe sent it: the verdict rests on what was "
            "answered, or on several requests, so none smaller was looked for."
        )
    how = f"Shrunk by {bug.asked} requests"
    if bug.smallest:
        return f"{how}: without any part of it, the failure was not seen again."
    return f"{how}, which is all that were allowed; a smaller one may fail too."


def _rate(finding: Finding) -> Iterator[str]:
    counts = finding.counts
    if finding.repeats:
        yield f"- passed: {counts.passed} of {counts.tries} tries"
    if finding.checked:
        yield f"- broken in {finding.violated} of {finding.checked} responses"


def _known(bug: Bug) -> Iterator[str]:
    repairs = bug.finding.repairs
    if repairs:
        yield f"- Citeloop reads it all the same: repair {', '.join(repairs)}"
    else:
        yield "- no repair of Citeloop's covers it"
    for each in bug.upstream:
        whose = f" ({each.server})" if each.server else ""
        yield f"- the same kind: {each.url}{whose}: {each.seen}"
    if not bug.upstream:
        yield "- no public report of this kind is listed here"


def _fenced(text: str, language: str) -> Iterator[str]:
    """Yield a block of code that nothing within it can end."""
    shown = visible(text)
    run = longest = 0
    for sign in shown:
        run = run + 1 if sign == "`" else 0
        longest = max(longest, run)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    yield shown
    yield fence


def _line(text: str) -> str:
    return " ".join(visible(text).split())


def _text(text: str) -> str:
    """Return words of a server as words in Markdown."""
    return "".join(f"\\{s}" if s in "\\`*_[]<>#|!&" else s for s in _line(text))


def _code(text: str) -> str:
    return f"`{_line(text)[:200].replace('`', '´')}`"
