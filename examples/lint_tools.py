"""See what gpt-oss is shown of a tool, before it is offered to it.

    python examples/lint_tools.py

No model and no network take part.
"""

from typing import Annotated, Literal

from pydantic import Field

from agent.tool_schemas.importing import tools_of
from agent.tool_schemas.linting import lint_tools


async def book(
    city: str,
    nights: Annotated[int | None, Field(ge=1, le=30)] = None,
    board: list[Literal["breakfast", "dinner"]] | None = None,
) -> str:
    """Book a hotel."""
    return f"{city} {nights} {board}"


for linted in lint_tools(tools_of(book, "book").tools):
    print(linted.by_openai)
    for finding in linted.findings:
        print(f"{finding.level}: {finding.says}; {finding.mend}")
    print(linted.mended and linted.mended.parameters)
