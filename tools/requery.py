"""The tool `requery`: several reformulations at once, fused, without what is known."""

from typing import Annotated

from pydantic import Field

from tools.calls.run import Run, ToolOutput
from tools.calls.searching import search_library
from tools.calls.showing import nothing_found, show_hit
from tools.documents.passage import Hit
from tools.errors import ToolError
from tools.library.fusion import fuse_ranks

__all__ = ["requery"]

_MAX_QUERIES = 5
_DEPTH = 20
"""Passages asked for each query, so that new ones are left after the known."""


async def requery(
    run: Run,
    queries: Annotated[list[str], Field(min_length=1, max_length=_MAX_QUERIES)],
    where: str | None = None,
) -> ToolOutput:
    """Search for new passages in two to five other wordings at once.

    Args:
        queries: Other terms, synonyms, names.
        where: As for `search`.
    """
    wanted = [query for query in dict.fromkeys(queries) if query.strip()]
    if not wanted:
        raise ToolError("queries: each of them is blank; name what you look for")
    fused = fuse_ranks(await search_library(run, wanted, _DEPTH, where))
    if not fused:
        return nothing_found(where)
    new = [hit for hit in fused if not _was_shown(run, hit)]
    if not new:
        return ToolOutput(
            f"Nothing new: you have seen every passage that these {len(wanted)} "
            "queries find. Use quite different words, or answer from what you have.",
            "nothing new",
        )
    shown = [show_hit(run, hit) for hit in new[: run.search_limit]]
    return ToolOutput(
        "\n\n".join(shown), f"{len(shown)} new passages for {len(wanted)} queries"
    )


def _was_shown(run: Run, hit: Hit) -> bool:
    passage = hit.passage
    source = run.evidence.find(passage.document, passage.start_line, passage.text)
    return source is not None and source.id in run.shown
