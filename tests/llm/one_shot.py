"""The baseline: one search, one prompt, one completion of a bare client, no check.

It is what an article on RAG over Milvus shows: the three best passages, a request to
answer from them and to cite them, and whatever comes back.
"""

from time import perf_counter

from openai import AsyncOpenAI

from tests.llm.reply import Reply
from tools.library.library import Library

__all__ = ["ask_once"]

_PASSAGES = 3
_PROMPT = """Answer the question from these passages, and cite them as [1].
If they do not hold the answer, say that you cannot find it.

{passages}

Question: {question}"""


async def ask_once(question: str, url: str, library: Library) -> Reply:
    """Return what a model says to the best passages for a question."""
    started = perf_counter()
    (hits,) = library.search([question], _PASSAGES)
    passages = "\n\n".join(
        f"[{number}] {hit.passage.text}" for number, hit in enumerate(hits, 1)
    )
    prompt = _PROMPT.format(passages=passages, question=question)
    async with AsyncOpenAI(base_url=url, api_key="none") as client:
        said = await client.chat.completions.create(
            model="qwen", messages=[{"role": "user", "content": prompt}]
        )
    text = said.choices[0].message.content or ""
    marked = [hit for number, hit in enumerate(hits, 1) if f"[{number}]" in text]
    return Reply(
        text=text,
        documents=tuple(dict.fromkeys(hit.passage.document for hit in marked)),
        prompt_tokens=said.usage.prompt_tokens if said.usage else 0,
        seconds=perf_counter() - started,
    )
