"""A check as it leaves the process: `citeloop.check/1`."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.finding import Finding
from agent.conformance.observation import Verdict
from agent.conformance.probe import Kind
from agent.conformance.rules.rule import Violation
from agent.conformance.running import Check
from agent.conformance.verdicts import exit_code, group_verdicts, summarise
from tools.sources.naming import without_password

__all__ = [
    "CheckRecord",
    "ExchangeRecord",
    "FindingRecord",
    "GroupRecord",
    "ViolationRecord",
    "record_of",
]

_SHOWN = 4_000
"""Characters of a request, and of a body, that a record has of an exchange."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExchangeRecord(_Record):
    """One request and what came back, in short."""

    number: int
    method: str
    path: str
    request: str
    """The body as it was sent, its first 4,000 characters."""
    streamed: bool
    status: int | None
    failure: str
    seconds: float
    body: str
    """What came, its first 4,000 characters; bytes that are no UTF-8 are U+FFFD."""
    bytes: int
    """How many came."""


class ViolationRecord(_Record):
    """A rule of every response that one broke."""

    rule: str
    expected: str
    found: str
    place: int
    """In bytes from the start of the body."""
    exchange: int
    """Its number."""
    asked_by: int
    """The probe that asked."""
    repair: str
    """What of Citeloop's reads it all the same; blank if nothing does."""


class FindingRecord(_Record):
    """What is to be said of a probe, one way."""

    probe: int
    name: str
    group: str
    kind: Kind
    title: str
    way: Way
    verdict: Verdict
    sentence: str
    passed: int
    tries: int
    """The denominator: passed, failed, refused, unavailable and unclear together."""
    failed: int
    refused: int
    unavailable: int
    unclear: int
    low: float | None
    """Of Wilson's 95 % interval, for behaviour; `bar` is what it is held against."""
    high: float | None
    bar: float | None
    repeats: int
    repairs: list[str]
    checked: int
    """Responses of any probe that the rules of this one were held against."""
    violated: int
    violations: list[ViolationRecord]
    figures: dict[str, float]
    reveals: list[str]
    proof: list[ExchangeRecord]


class GroupRecord(_Record):
    """The verdict of a group."""

    group: str
    title: str
    verdict: Verdict


class CheckRecord(_Record):
    """All that a check found."""

    schema_: Literal["citeloop.check/1"] = Field("citeloop.check/1", alias="schema")
    citeloop: str
    """The version."""
    base_url: str
    """Without a password."""
    model: str
    started: AwareDatetime
    seconds: float
    seed: str
    repeat: int | Literal["auto"]
    requests: int
    gone: bool
    interrupted: bool
    verdict: str
    """In words."""
    bare: bool
    """Whether a client that mends nothing can use the server."""
    mode: Literal["agent", "guided"] | None
    repairs: list[str]
    exit_code: int
    groups: list[GroupRecord]
    findings: list[FindingRecord]

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def record_of(check: Check) -> CheckRecord:
    """Return a check as it leaves the process."""
    from importlib.metadata import version

    summary = summarise(check)
    return CheckRecord(
        citeloop=version("citeloop"),
        base_url=without_password(check.base_url),
        model=check.model,
        started=check.started,
        seconds=round(check.seconds, 3),
        seed=check.plan.seed,
        repeat=check.plan.repeat or "auto",
        requests=check.requests,
        gone=check.gone,
        interrupted=check.interrupted,
        verdict=summary.sentence,
        bare=summary.bare,
        mode=summary.mode,
        repairs=list(summary.repairs),
        exit_code=int(exit_code(check)),
        groups=[
            GroupRecord(group=each.group, title=each.title, verdict=each.verdict)
            for each in group_verdicts(check.findings)
        ],
        findings=[_finding(each) for each in check.findings],
    )


def _finding(finding: Finding) -> FindingRecord:
    probe, counts = finding.probe, finding.counts
    return FindingRecord(
        probe=probe.number,
        name=probe.name,
        group=probe.group,
        kind=probe.kind,
        title=probe.title,
        way=finding.way,
        verdict=finding.verdict,
        sentence=_scalar(finding.sentence),
        passed=counts.passed,
        tries=counts.tries,
        failed=counts.failed,
        refused=counts.refused,
        unavailable=counts.unavailable,
        unclear=counts.unclear,
        low=finding.interval.low if finding.interval else None,
        high=finding.interval.high if finding.interval else None,
        bar=probe.bar if probe.kind == "B" else None,
        repeats=finding.repeats,
        repairs=list(finding.repairs),
        checked=finding.checked,
        violated=finding.violated,
        violations=[_violation(each) for each in finding.violations],
        figures=dict(finding.figures),
        reveals=list(probe.reveals),
        proof=[_exchange(each) for each in finding.proof],
    )


def _violation(violation: Violation) -> ViolationRecord:
    return ViolationRecord(
        rule=violation.rule.name,
        expected=violation.rule.expected,
        found=_scalar(violation.breach.found),
        place=violation.breach.place,
        exchange=violation.exchange.number,
        asked_by=violation.exchange.asked_by,
        repair=violation.rule.mend if violation.mended else "",
    )


def _exchange(exchange: Exchange) -> ExchangeRecord:
    return ExchangeRecord(
        number=exchange.number,
        method=exchange.method,
        path=exchange.path,
        request=_request_text(exchange.request)[:_SHOWN],
        streamed=exchange.streamed,
        status=exchange.status,
        failure=exchange.failure,
        seconds=round(exchange.seconds, 3),
        body=exchange.body[: 4 * _SHOWN].decode(errors="replace")[:_SHOWN],
        bytes=len(exchange.body),
    )


def _request_text(request: Mapping[str, Any] | bytes) -> str:
    import json

    if isinstance(request, bytes):
        return request.decode(errors="replace")
    return json.dumps(request, ensure_ascii=False)


def _scalar(text: str) -> str:
    """Return a text without lone surrogates, which no JSON can have."""
    return text.encode(errors="replace").decode()
