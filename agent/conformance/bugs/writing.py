"""Writes a folder for each probe that failed: a report, and what it takes to see it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.conformance.bench import Line
from agent.conformance.bugs.curl import curl_of
from agent.conformance.bugs.report import Bug, Fingerprint, report_of, title_of
from agent.conformance.bugs.shrinking import MOST_TRIES, shrink
from agent.conformance.bugs.upstream import find_upstream
from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.finding import Finding
from agent.conformance.rules.rule import Rule, Violation
from agent.conformance.rules.wire_rules import violations_of
from agent.conformance.running import Check
from agent.endpoints.endpoint import Endpoint
from tools.errors import UsageError
from tools.sources.naming import without_password

__all__ = ["Written", "fingerprint_of", "write_reports"]

_TELLING = ("server", "via", "x-powered-by", "openai-version", "x-litellm-version")
"""Headers of a response that tell of software, and of nobody's account."""
Written = tuple[Path, str]
"""The folder of a report, and its title."""


async def write_reports(
    check: Check,
    line: Line,
    folder: Path,
    fingerprint: Fingerprint,
    most: int = MOST_TRIES,
) -> list[Written]:
    """Write a report for each probe and way that failed; return what was written.

    Args:
        check: What was found.
        line: To the same server, with a ledger of its own: it is asked again.
        folder: Of the reports; it is made if need be.
        fingerprint: What the server says of itself.
        most: Requests that look for the smallest one, for each report.

    Raises:
        UsageError: the folder cannot be written to.
    """
    written: list[Written] = []
    for finding in check.findings:
        if not finding.failed or not finding.proof:
            continue
        bug = await _bug(finding, line, fingerprint, most)
        place = folder / f"{finding.probe.number:02}-{finding.probe.name}-{finding.way}"
        try:
            _write(bug, place, line.endpoint)
        except OSError as error:
            raise UsageError(f"{place} cannot be written: {error.strerror}.") from error
        written.append((place, title_of(bug)))
    return written


async def _bug(
    finding: Finding, line: Line, fingerprint: Fingerprint, most: int
) -> Bug:
    violation = next(iter(finding.violations), None)
    exchange = violation.exchange if violation else finding.proof[0]
    asked, smallest = 0, False
    if violation and exchange.is_chat and not line.is_gone:
        rule, latest = violation.rule, violation

        async def fails(request: Mapping[str, Any]) -> bool:
            nonlocal latest
            seen = await _violated(line, exchange, request, rule)
            latest = seen or latest
            return seen is not None

        shrunk = await shrink(exchange.asked, fails, most)
        asked, smallest = shrunk.tries, shrunk.whole
        violation, exchange = latest, latest.exchange
    rules = [each.rule.name for each in finding.violations]
    return Bug(
        finding=finding,
        violation=violation,
        exchange=exchange,
        asked=asked,
        smallest=smallest,
        upstream=find_upstream(finding.probe.number, rules, fingerprint.server),
        fingerprint=fingerprint,
    )


async def _violated(
    line: Line, first: Exchange, request: Mapping[str, Any], rule: Rule
) -> Violation | None:
    """Send a request, and return how it breaks a rule; None if it does not."""
    exchange = await line.send(first.asked_by, first.method, first.path, request)
    found = (each for each in violations_of(exchange) if each.rule is rule)
    return next(found, None)


def _write(bug: Bug, place: Path, endpoint: Endpoint) -> None:
    exchange = bug.exchange
    base_url = without_password(endpoint.base_url)
    files: dict[str, bytes] = {
        "report.md": report_of(bug).encode(errors="replace"),
        "response.bin": exchange.body,
        "curl.sh": curl_of(
            base_url, exchange.path, exchange.request, exchange.method
        ).encode(errors="replace"),
    }
    if isinstance(exchange.request, bytes):
        files["request.bin"] = exchange.request
    else:
        files["request.json"] = json.dumps(exchange.request, indent=2).encode() + b"\n"
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (place / name).write_bytes(_without_key(content, endpoint))


def _without_key(content: bytes, endpoint: Endpoint) -> bytes:
    """Return bytes without the key, which a server may have sent back."""
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    return content.replace(key.encode(), b"***") if key else content


def fingerprint_of(
    findings: Sequence[Finding], server: str, version: str
) -> Fingerprint:
    """Return what a server says of itself in its responses.

    Args:
        findings: Of a check.
        server: Its name among the providers; blank if it is none of them.
        version: Which version it says it is; blank if it says none.
    """
    seen = [each for finding in findings for each in finding.proof if each.headers]
    headers = seen[0].headers if seen else {}
    payloads = [_first_payload(each) for each in seen]
    return Fingerprint(
        server=server,
        version=version,
        headers={name: headers[name] for name in _TELLING if name in headers},
        model=_said(payloads, "model"),
        system_fingerprint=_said(payloads, "system_fingerprint"),
    )


def _first_payload(exchange: Exchange) -> Mapping[str, Any]:
    if exchange.streamed:
        found = (each.payload for each in exchange.frames if each.payload)
        return next(found, {})
    return exchange.document if isinstance(exchange.document, Mapping) else {}


def _said(payloads: Sequence[Mapping[str, Any]], name: str) -> str:
    said = (each.get(name) for each in payloads)
    return next((each for each in said if isinstance(each, str)), "")
