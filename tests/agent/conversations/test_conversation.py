from pathlib import Path

import pytest

from agent.asking import ask
from agent.conversations.conversation import Conversation
from agent.conversations.history import history_items
from agent.settings.settings import Settings
from tests.fakes.answers import answered
from tools.errors import UsageError


async def talked(settings: Settings) -> Conversation:
    conversation = Conversation()
    await ask("What is HNSW?", settings=settings, conversation=conversation)
    return conversation


async def test_a_conversation_is_kept_and_taken_up_again(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    conversation = await talked(settings)
    conversation.save(folder)
    again = Conversation.load(folder)
    assert again == conversation
    assert Conversation.load(folder, conversation.id) == conversation
    answer = await ask("What is IVF?", settings=settings, conversation=again)
    assert len(again.answers) == 2
    assert answer.grounded
    numbers = [source.id for source in again.sources]
    assert len(set(numbers)) == len(numbers) > len(conversation.sources)


async def test_a_finished_question_is_read_with_what_it_cited(
    settings: Settings,
) -> None:
    conversation = await talked(settings)
    items = history_items(conversation)
    assert [str(item.get("role")) for item in items] == ["user", "assistant"]
    text = str(items[1].get("content"))
    for citation in conversation.answers[0].citations:
        assert " ".join(citation.quote.split()) in text
    assert "source " in text


def test_a_missing_or_damaged_conversation_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no conversation yet"):
        Conversation.load(tmp_path)
    (tmp_path / "x.json").write_text('{"id": 1')
    with pytest.raises(UsageError, match=r"x\.json is damaged"):
        Conversation.load(tmp_path, "x")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="data_dir"):
        Conversation().save(tmp_path / "file" / "deeper")


def test_a_follow_up_reads_what_the_documents_did_not_answer() -> None:
    conversation = Conversation(answers=[answered(missing=("who made it", "when"))])
    _, said = history_items(conversation)
    text = str(said.get("content"))
    assert text.endswith("\n\nNot in the documents: who made it; when")
    again = Conversation.model_validate_json(conversation.model_dump_json())
    assert again.answers[0].missing == ("who made it", "when")
