"""A search of the question itself, before the model is called for the first time."""

import json
from time import perf_counter

from agents import TResponseInputItem

from tools.calls.run import Run
from tools.calls.showing import show_hit
from tools.threads import off_loop
from tools.trajectory.events import ToolFinished
from tools.trajectory.names import PREFETCH
from tools.trajectory.tool_call import ToolCall

__all__ = ["prefetch"]

_CALL_ID = "call_prefetch"


async def prefetch(run: Run) -> list[TResponseInputItem]:
    """Return a call of `search` for the question, and its output.

    The model reads it as a call of its own, so that documents stand where a tool's
    output stands; the trajectory calls it by its name.
    """
    started = perf_counter()
    found = await off_loop(run.library.search, [run.question], run.search_limit)
    shown = [show_hit(run, hit) for hit in found[0]]
    arguments = {"query": run.question}
    call = ToolCall(
        turn=0,
        name=PREFETCH,
        arguments=arguments,
        returned=f"{len(shown)} passages",
        failed=False,
        ms=round((perf_counter() - started) * 1000),
        new_passages=len(shown),
    )
    run.trajectory.append(call)
    run.listen(ToolFinished(call))
    output = "\n\n".join(shown) or "No passage was found."
    return [
        {
            "type": "function_call",
            "call_id": _CALL_ID,
            "name": "search",
            "arguments": json.dumps(arguments),
        },
        {"type": "function_call_output", "call_id": _CALL_ID, "output": output},
    ]
