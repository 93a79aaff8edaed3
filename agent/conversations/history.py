"""The finished questions of a conversation, as the model reads them."""

from agents import TResponseInputItem

from agent.conversations.conversation import Conversation
from tools.grounding.citation import Citation

__all__ = ["history_items"]


def history_items(conversation: Conversation) -> list[TResponseInputItem]:
    """Return the finished questions as the model reads them.

    Their reasoning and their tool calls are left out; what an answer cited stands
    below it, under the numbers that the sources still have.
    """
    numbers = {
        (source.document, line): source.id
        for source in conversation.sources
        for line in range(source.start_line, source.end_line + 1)
    }
    items: list[TResponseInputItem] = []
    for answer in conversation.answers:
        items.append({"role": "user", "content": answer.question})
        cited = [_cited(citation, numbers) for citation in answer.citations]
        lines = [answer.answer, *(["", "Sources:", *cited] if cited else [])]
        if answer.missing:
            lines += ["", f"Not in the documents: {'; '.join(answer.missing)}"]
        text = "\n".join(lines)
        items.append({"role": "assistant", "content": text})
    return items


def _cited(citation: Citation, numbers: dict[tuple[str, int], int]) -> str:
    place = (citation.document or "", citation.start_line or 0)
    number = numbers.get(place)
    shown = f"source {number}, " if number else ""
    quote = " ".join(citation.quote.split())
    return f'[{citation.id}] {shown}{citation.document}: "{quote}"'
