"""How a tool searches the library: what is wrong with its call, the model is told."""

from collections.abc import Sequence

from tools.calls.run import Run
from tools.documents.passage import Hit
from tools.errors import ToolError, WhereError
from tools.library.where import parse_where
from tools.threads import off_loop

__all__ = ["search_library"]


async def search_library(
    run: Run, queries: Sequence[str], limit: int, where: str | None
) -> list[list[Hit]]:
    """Return the best passages for each query, where the model's condition holds.

    Raises:
        ToolError: `where` has another form, or names a field that no document has.
    """
    search = run.library.search
    try:
        return await off_loop(search, queries, limit, parse_where(where))
    except WhereError as error:
        raise ToolError(str(error)) from error
