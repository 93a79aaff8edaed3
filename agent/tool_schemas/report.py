"""The result of `citeloop lint --json`: `citeloop.lint/1`."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.tool_schemas.linting import LintedTool
from agent.tool_schemas.reading import chat_form
from agent.tool_schemas.rules.finding import Finding

__all__ = ["LintReport", "report_of"]


class ReportedFinding(BaseModel):
    """One finding."""

    model_config = ConfigDict(frozen=True)

    rule: str
    level: str
    place: str
    """JSON pointer."""
    says: str
    sees: str
    mend: str
    mechanical: bool
    """Whether `--fix` mends it."""
    renderers: list[str]
    parameter: str | None


class ReportedTool(BaseModel):
    """One tool, as gpt-oss sees it."""

    model_config = ConfigDict(frozen=True)

    name: str
    place: str
    """JSON pointer."""
    by_openai: str
    by_template: str | None
    """None where the template cannot be rendered."""
    tokens: int
    """Of `by_openai`."""
    tokens_counted: bool
    """False where they are estimated by the number of characters."""
    findings: list[ReportedFinding]
    mended: dict[str, Any] | None
    """The tool in the form of the chat API; None if there is nothing to be mended, or
    no machine can."""


class LintReport(BaseModel):
    """All tools, and how many findings of each level and rule there are."""

    model_config = ConfigDict(
        frozen=True, serialize_by_alias=True, validate_by_name=True
    )

    schema_version: Literal["citeloop.lint/1"] = Field(
        default="citeloop.lint/1", alias="schema"
    )
    source: str
    ok: bool
    """Whether no finding is at or above the level of `--fail-on`."""
    levels: dict[str, int]
    rules: dict[str, int]
    tools: list[ReportedTool]


def report_of(source: str, linted: Sequence[LintedTool], *, ok: bool) -> LintReport:
    """Return the report of linted tools."""
    found = [finding for each in linted for finding in each.findings]
    return LintReport(
        source=source,
        ok=ok,
        levels=dict(Counter(str(each.level) for each in found)),
        rules=dict(Counter(each.rule for each in found)),
        tools=[_tool(each) for each in linted],
    )


def _tool(linted: LintedTool) -> ReportedTool:
    return ReportedTool(
        name=linted.tool.name,
        place=linted.tool.place,
        by_openai=linted.by_openai,
        by_template=linted.by_template,
        tokens=linted.cost.tokens,
        tokens_counted=linted.cost.counted,
        findings=[_finding(each) for each in linted.findings],
        mended=chat_form([linted.mended])[0] if linted.mended else None,
    )


def _finding(finding: Finding) -> ReportedFinding:
    return ReportedFinding(
        rule=finding.rule,
        level=finding.level,
        place=finding.place,
        says=finding.says,
        sees=finding.sees,
        mend=finding.mend,
        mechanical=finding.mechanical,
        renderers=sorted(finding.renderers),
        parameter=finding.parameter,
    )
