"""A check as one page of HTML that loads nothing and runs nothing."""

from collections.abc import Iterator
from html import escape

from agent.conformance.record import CheckRecord, ExchangeRecord, FindingRecord
from agent.conformance.reports.wording import interval_of, rate_of, told_of
from tools.text.clean import visible

__all__ = ["page_of"]

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem;
  padding: 0 1rem; color: #1b1f24; background: #fff }
table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid #d8dee4; padding: .35rem .5rem; text-align: left;
  vertical-align: top }
pre { background: #f6f8fa; padding: .6rem; overflow-x: auto; white-space: pre-wrap;
  overflow-wrap: anywhere }
.verdict { font-weight: 600; white-space: nowrap }
.ok { color: #1a7f37 } .differs { color: #9a6700 } .broken { color: #cf222e }
.refused, .inconclusive { color: #57606a }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117 }
  pre { background: #161b22 } td, th { border-color: #30363d }
  .ok { color: #3fb950 } .differs { color: #d29922 } .broken { color: #f85149 }
  .refused, .inconclusive { color: #8b949e } }
"""
_SAFE = "default-src 'none'; style-src 'unsafe-inline'"
"""What the page may load: its own style. A script in a server's words is none."""


def page_of(record: CheckRecord) -> str:
    """Return the page: the verdict, the groups, and each probe with what proves it."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record: CheckRecord) -> Iterator[str]:
    title = f"citeloop check: {_text(record.model)}"
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_SAFE}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{title}</h1>"
    verdict = _text(record.verdict[:1].upper() + record.verdict[1:])
    yield f"<p><strong>{verdict}.</strong></p>"
    yield (
        f"<p>{_text(record.base_url)} · {record.requests:,} requests in "
        f"{record.seconds:.0f} s · seed {_text(record.seed)} · citeloop "
        f"{_text(record.citeloop)} · {record.started:%Y-%m-%d %H:%M} UTC</p>"
    )
    for group in record.groups:
        yield f"<h2>{group.group} · {_text(group.title)} {_badge(group.verdict)}</h2>"
        yield "<table><tr><th>probe</th><th>way</th><th>verdict</th><th>passed</th>"
        yield "<th>seen</th></tr>"
        for each in record.findings:
            if each.group == group.group:
                yield from _row(each)
        yield "</table>"
    yield "</body></html>"


def _row(finding: FindingRecord) -> Iterator[str]:
    rate, interval = rate_of(finding), interval_of(finding)
    shown = f"{rate}<br><small>{interval}</small>" if interval else rate
    yield f"<tr><td>{finding.probe} {_text(finding.name)}<br>"
    yield f"<small>{_text(finding.title)}</small></td><td>{finding.way}</td>"
    yield f"<td>{_badge(finding.verdict)}</td><td>{shown}</td><td>"
    yield _text(told_of(finding)).replace("\n", "<br>")
    if finding.repairs:
        yield f"<br>Citeloop mends it: {_text(', '.join(finding.repairs))}"
    if finding.figures:
        figures = (f"{name} {value:g}" for name, value in finding.figures.items())
        yield f"<br><small>{_text(', '.join(figures))}</small>"
    if finding.verdict != "ok":
        for each in finding.proof:
            yield from _exchange(each)
    yield "</td></tr>"


def _exchange(exchange: ExchangeRecord) -> Iterator[str]:
    status = exchange.status if exchange.status is not None else "no answer"
    way = "streamed" if exchange.streamed else "whole"
    yield (
        f"<details><summary>request {exchange.number}: {_text(exchange.method)} "
        f"{_text(exchange.path)}, {way}, {status}, {exchange.bytes:,} bytes in "
        f"{exchange.seconds:.2f} s</summary>"
    )
    yield f"<pre>{_text(exchange.request)}</pre><pre>{_text(exchange.body)}</pre>"
    if exchange.failure:
        yield f"<p>{_text(exchange.failure)}</p>"
    yield "</details>"


def _badge(verdict: str) -> str:
    return f'<span class="verdict {verdict}">{verdict}</span>'


def _text(text: str) -> str:
    return escape(visible(text), quote=True)
