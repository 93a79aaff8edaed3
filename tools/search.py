"""The tool `search`: one query to the library."""

from typing import Annotated

from pydantic import Field

from tools.calls.run import Run, ToolOutput
from tools.calls.searching import search_library
from tools.calls.showing import nothing_found, show_hit
from tools.errors import ToolError

__all__ = ["search"]

_MAX_LIMIT = 20


async def search(
    run: Run,
    query: str,
    limit: Annotated[int | None, Field(ge=1, le=_MAX_LIMIT)] = None,
    where: str | None = None,
) -> ToolOutput:
    """Search the library for passages.

    Args:
        query: A short question or key terms.
        limit: At most 20 passages.
        where: Only if the question names documents: `document`, `title` or a field of
            front matter, an equals sign, and a pattern with asterisks.
    """
    if not query.strip():
        raise ToolError("query: it is blank; name what you look for")
    count = limit or run.search_limit
    hits = (await search_library(run, [query], count, where))[0]
    if not hits:
        return nothing_found(where)
    shown = [show_hit(run, hit) for hit in hits]
    documents = len({hit.passage.document for hit in hits})
    return ToolOutput(
        "\n\n".join(shown), f"{len(hits)} passages from {documents} documents"
    )
