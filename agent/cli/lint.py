"""`citeloop lint`: what gpt-oss sees of tools, and what never reaches it."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from agent.tool_schemas.importing import import_tools, names_code
from agent.tool_schemas.linting import LintedTool, lint_tools
from agent.tool_schemas.mcp_server import ask_server
from agent.tool_schemas.reading import MOST_BYTES, GivenTools, read_tools, written_back
from agent.tool_schemas.report import report_of
from agent.tool_schemas.rules.finding import LEVELS, Finding, Level, at_or_above
from agent.tool_schemas.shown.tool import Renderer
from tools.errors import ExitCode, UsageError
from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["run"]

_NAMES = {
    Renderer.OPENAI: "OpenAI's renderer",
    Renderer.TEMPLATE: "the model's own template",
}


def run(flags: argparse.Namespace) -> int:
    """Lint the tools of a file, of code or of an MCP server."""
    source, given = _given(flags)
    linted = [_only(each, flags.renderer) for each in lint_tools(given.tools)]
    found = [finding for each in linted for finding in each.findings]
    failing = (
        [] if flags.fail_on == "never" else at_or_above(found, Level(flags.fail_on))
    )
    if flags.fix:
        _write_fixed(flags.fix, given, linted, alone=not flags.json)
    if flags.json:
        report = report_of(source, linted, ok=not failing)
        print(json.dumps(report.model_dump(mode="json")))
    elif flags.fix != "-":
        for line in _lines(linted):
            print(neutralise_control_tokens(visible(line)))
    return ExitCode.INCOMPLETE if failing else 0


def _given(flags: argparse.Namespace) -> tuple[str, GivenTools]:
    if bool(flags.mcp) == bool(flags.tools):
        raise UsageError("Name either TOOLS or --mcp SERVER: see citeloop lint --help.")
    if flags.json and flags.fix == "-":
        raise UsageError("--json and --fix - cannot both write to the output.")
    if flags.mcp:
        return flags.mcp, ask_server(flags.mcp)
    if names_code(flags.tools) and not Path(flags.tools).exists():
        return flags.tools, import_tools(flags.tools)
    return flags.tools, read_tools(_text(flags.tools), flags.tools)


def _text(name: str) -> str:
    try:
        if name == "-":
            return sys.stdin.read(MOST_BYTES + 1)
        with Path(name).open(encoding="utf-8-sig") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{name} cannot be read: {reason}.") from error


def _only(linted: LintedTool, renderer: str) -> LintedTool:
    """Return a linted tool with the findings for one renderer, or all."""
    if renderer == "both":
        return linted
    kept = [each for each in linted.findings if Renderer(renderer) in each.renderers]
    return replace(linted, findings=tuple(kept))


def _write_fixed(
    name: str, given: GivenTools, linted: Sequence[LintedTool], *, alone: bool
) -> None:
    mended = [each.mended or each.tool for each in linted]
    text = json.dumps(written_back(given, mended), indent=2, ensure_ascii=name == "-")
    if name == "-":
        print(text)
        return
    try:
        Path(name).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{name} cannot be written: {error.strerror}.") from error
    if alone:
        print(f"{visible(name)} has the tools with all that a machine can mend\n")


def _lines(linted: Sequence[LintedTool]) -> Iterator[str]:
    for each in linted:
        yield from _tool_lines(each)
        yield ""
    found = [finding for each in linted for finding in each.findings]
    counts = Counter(each.level for each in found)
    said = ", ".join(f"{counts[level]} {level}" for level in LEVELS if counts[level])
    tools = f"{len(linted)} tool{'' if len(linted) == 1 else 's'}"
    yield f"{tools}: {said or 'nothing is lost'}"


def _tool_lines(linted: LintedTool) -> Iterator[str]:
    name = " ".join(linted.tool.name.split()) or "a tool without a name"
    yield f"{name}: {linted.cost}"
    for title, shown in _shown(linted):
        yield f"  {title}:"
        yield from (f"    {line}" for line in shown.splitlines())
    for finding in linted.findings:
        yield from _finding_lines(finding)


def _shown(linted: LintedTool) -> Iterator[tuple[str, str]]:
    """Yield what each renderer writes, once if they write the same."""
    if linted.by_template == linted.by_openai:
        yield "gpt-oss sees", linted.by_openai
        return
    yield f"gpt-oss sees, by {_NAMES[Renderer.OPENAI]}", linted.by_openai
    yield (
        f"gpt-oss sees, by {_NAMES[Renderer.TEMPLATE]}",
        linted.by_template or "(nothing: it cannot be rendered)",
    )


def _finding_lines(finding: Finding) -> Iterator[str]:
    who = ""
    if len(finding.renderers) == 1:
        who = f" ({_NAMES[next(iter(finding.renderers))]})"
    by_fix = " (--fix does)" if finding.mechanical else ""
    yield f"  {finding.level} {finding.rule}: {' '.join(finding.says.split())}{who}"
    yield f"    {' '.join(finding.mend.split())}{by_fix}; at {finding.place or '/'}"
