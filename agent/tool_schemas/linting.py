"""Lints tools: what both renderers show of each, what is lost, and the mended tool."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.tool_schemas.mending import mend_tool
from agent.tool_schemas.rules.constraints import find_constraints
from agent.tool_schemas.rules.facts import find_facts
from agent.tool_schemas.rules.finding import LEVELS, Finding
from agent.tool_schemas.rules.names import find_names, find_pairs
from agent.tool_schemas.rules.types import find_types
from agent.tool_schemas.rules.validity import find_invalid, renamed_types
from agent.tool_schemas.shown.by_openai import show_by_openai
from agent.tool_schemas.shown.by_template import TemplateError, show_by_template
from agent.tool_schemas.shown.places import places_of
from agent.tool_schemas.shown.tool import ToolSchema
from agent.tool_schemas.tokens import Cost, cost_of

__all__ = ["LintedTool", "lint_tools"]

_DECISIVE = {"not-a-schema", "references"}
"""After these nothing more is looked for in a schema."""


@dataclass(frozen=True, slots=True)
class LintedTool:
    """One tool, as gpt-oss sees it."""

    tool: ToolSchema
    by_openai: str
    """What OpenAI's renderer writes of it."""
    by_template: str | None
    """What the model's own template writes of it, None where it fails."""
    cost: Cost
    """Of what OpenAI's renderer writes."""
    findings: tuple[Finding, ...]
    """The worst first."""
    mended: ToolSchema | None
    """None where nothing is to be mended, or no machine can."""


def lint_tools(tools: Sequence[ToolSchema]) -> list[LintedTool]:
    """Return each tool with its findings, in the order they were given."""
    pairs: dict[int, list[Finding]] = {}
    for at, finding in find_pairs(tools):
        pairs.setdefault(at, []).append(finding)
    return [_lint(tool, pairs.get(at, [])) for at, tool in enumerate(tools)]


def _lint(tool: ToolSchema, found: list[Finding]) -> LintedTool:
    invalid = list(find_invalid(tool))
    found = [*invalid, *found, *find_names(tool)]
    rules = {each.rule for each in invalid}
    if not rules & _DECISIVE:
        found += _find_shown(_with_types(tool))
    shown = show_by_openai(tool)
    mended = _mended(tool, found)
    found = [_as_mended(each, mended) for each in found]
    if not any(each.mechanical for each in found):
        mended = None
    return LintedTool(
        tool,
        shown,
        _by_template(tool),
        cost_of(shown),
        tuple(sorted(found, key=lambda each: LEVELS.index(each.level))),
        mended.tool if mended else None,
    )


def _with_types(tool: ToolSchema) -> ToolSchema:
    """Return a tool whose types have JSON Schema's names: those are found by a rule."""
    return replace(tool, parameters=renamed_types(tool.parameters))


def _by_template(tool: ToolSchema) -> str | None:
    try:
        return show_by_template(tool)
    except TemplateError:
        return None


def _find_shown(tool: ToolSchema) -> list[Finding]:
    return list(_findings(tool))


def _findings(tool: ToolSchema) -> Iterator[Finding]:
    for place in places_of(tool):
        yield from find_types(place)
        yield from find_constraints(place)
        yield from find_facts(place)


@dataclass(frozen=True, slots=True)
class _Mended:
    tool: ToolSchema
    left: frozenset[tuple[str, str | None]]
    """Rules, and the parameters where they still find something."""


def _mended(tool: ToolSchema, found: Sequence[Finding]) -> _Mended | None:
    unmendable = {"not-a-schema", "references"} & {each.rule for each in found}
    if unmendable or not any(each.mechanical for each in found):
        return None
    mended = mend_tool(tool, _find_shown)
    if _DECISIVE & {each.rule for each in find_invalid(mended)}:
        return None  # alternatives to an object, which no machine can make one
    left = frozenset((each.rule, each.parameter) for each in _find_shown(mended))
    return _Mended(mended, left)


def _as_mended(finding: Finding, mended: _Mended | None) -> Finding:
    """Return a finding that says whether it is gone once the tool is mended."""
    gone = mended is not None and (finding.rule, finding.parameter) not in mended.left
    return replace(finding, mechanical=finding.mechanical and gone)
