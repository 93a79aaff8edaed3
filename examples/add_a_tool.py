"""Give the model a tool of your own beside the four.

    python examples/add_a_tool.py

A tool is a typed async function; its docstring is what the model reads. It may take the
run first, which the model never sees. A `ToolError` is told to the model, any other
exception ends the run. A parameter whose type gpt-oss could not be shown (a list of
objects, `Any`) is warned of. Without an endpoint a script stands in for the model, so
that this runs without a key.
"""

import asyncio
from collections import Counter

from agents import Model
from agents.testing import ScriptedModel, assistant_message, function_call

from agent import Run, Settings, ToolError, ask


async def count_documents(run: Run, word: str) -> str:
    """Count the documents of the library whose title holds a word.

    Args:
        word: The word, in any case.
    """
    if not word.strip():
        raise ToolError("word: it is blank")
    titles = run.library.names().values()
    found = Counter(word.casefold() in title.casefold() for title in titles)
    return f"{found[True]} of {found.total()} documents"


def stand_in() -> Model:
    """Return a model that calls the tool once and then answers.

    Its answer cites no document, so it is sent back once; the model keeps to it.
    """
    call = function_call("count_documents", {"word": "milvus"}, call_id="call_1")
    answer = assistant_message("I have counted them.")
    return ScriptedModel([[call], [answer], [answer]])


async def main() -> None:
    """Ask, and print which tools were called with what result."""
    settings = Settings.load({})
    connected = bool(settings.base_url or settings.provider)
    answer = await ask(
        "How many documents have Milvus in their title?",
        settings=settings,
        model=None if connected else stand_in(),
        tools=[count_documents],
    )
    for call in answer.trajectory:
        print(f"{call.name}({call.arguments}) -> {call.returned}")
    print(answer.answer)


if __name__ == "__main__":
    asyncio.run(main())
