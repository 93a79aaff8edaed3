"""How what a search found is shown to the model."""

from tools.calls.run import Run, ToolOutput
from tools.documents.passage import Hit
from tools.evidence.shown import header, write_source

__all__ = ["nothing_found", "show_hit"]


def nothing_found(where: str | None) -> ToolOutput:
    """Return what a search says that found nothing at all."""
    place = (where or "").strip()
    if not place:
        return ToolOutput("No passage was found.", "no passage")
    return ToolOutput(
        f"No passage was found where {place}. Search again without `where`, or with "
        "names as they stand in the headers of passages.",
        f"no passage where {place}",
    )


def show_hit(run: Run, hit: Hit) -> str:
    """Return a passage as the model sees it, and remember that it was shown."""
    passage = hit.passage
    source = run.evidence.show(
        passage.document,
        passage.title,
        passage.heading_path,
        passage.start_line,
        passage.text,
    )
    if run.show(source):
        return write_source(source, hit.score, continues=passage.continues)
    return f"{header(source, hit.score)}\n(shown above)"
