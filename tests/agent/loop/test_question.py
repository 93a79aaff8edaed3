import json
import re
from typing import Any

import pytest
from agents import FunctionTool, Model, RunContextWrapper
from agents.testing import assistant_message

from agent.answer import Answer
from agent.assistant import Assistant
from agent.conversations.conversation import Conversation
from agent.events.events import Event, TurnStarted
from agent.settings.settings import Settings
from tests.fakes.scripted import DEEP, QUOTE, call, final, run, script, search
from tools.calls.run import Run
from tools.calls.tool import ToolFunction
from tools.errors import IncompleteError, LibraryError
from tools.grounding.citation import Verdict
from tools.library.library import Library
from tools.trajectory.events import ToolFinished


async def ask_again(
    library: Library, model: Model, conversation: Conversation
) -> Answer:
    assistant = Assistant(Settings.load({"mode": "agent"}), library, model=model)
    return await assistant.ask("What seals a segment?", conversation)


@pytest.mark.parametrize("stream", [True, False])
async def test_a_question_takes_the_four_tools_to_a_cited_answer(
    library: Library, stream: bool
) -> None:
    model = script(
        search(),
        call("fetch", {"document": "write-path.md", "find": "sealed"}),
        call("requery", {"queries": ["flush", "seal"], "reason": "what of flush?"}),
        final(),
    )
    answer = await run(library, model, stream=stream)
    model.assert_complete()
    assert [each.name for each in answer.trajectory] == [
        "search",
        "fetch",
        "requery",
        "final_answer",
    ]
    assert [each.turn for each in answer.trajectory] == [1, 2, 3, 4]
    assert (
        answer.answer == "It is sealed when it reaches a share of the maximum size [1]."
    )
    assert answer.grounded
    citation = answer.citations[0]
    assert (citation.document, citation.verdict) == ("write-path.md", Verdict.EXACT)
    assert citation.quote == QUOTE


async def test_the_question_the_model_reads_has_instructions_and_four_tools(
    library: Library,
) -> None:
    model = script(search(), final())
    await run(library, model)
    first = model.calls[0]
    assert "final_answer" in (first.system_instructions or "")
    assert [tool.name for tool in first.tools] == [
        "search",
        "fetch",
        "requery",
        "final_answer",
    ]
    assert first.output_schema is None  # a schema beside tools suppresses their calls


async def test_events_tell_of_turns_and_tools_as_they_happen(library: Library) -> None:
    events: list[Event] = []
    await run(library, script(search(), final()), events=events)
    assert [each.turn for each in events if isinstance(each, TurnStarted)] == [1, 2]
    finished = [each.call for each in events if isinstance(each, ToolFinished)]
    assert [each.name for each in finished] == ["search", "final_answer"]
    assert finished[0].returned.startswith("3 passages from")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ('{"query": "x', "not valid JSON"),
        ('{"query": 5}', "query: Input should be a valid string"),
        ("{}", "query: Field required"),
        ("[1]", "one JSON object"),
        ('{"query": "x", "limit": 99}', "limit: Input should be less than or equal"),
        ('{"query": " "}', "query: it is blank"),
        ('{"query": "x", "where": "id > 0"}', "where: "),
    ],
)
async def test_arguments_that_do_not_fit_come_back_with_the_fields_name(
    library: Library, arguments: str, says: str
) -> None:
    model = script(call("search", arguments), search(), final())
    answer = await run(library, model)
    assert answer.trajectory[0].failed
    assert says in answer.trajectory[0].returned
    assert says in json.dumps(model.calls[1].input, ensure_ascii=False)
    assert answer.grounded


async def test_an_unknown_tool_is_told_to_the_model_and_nothing_runs(
    library: Library,
) -> None:
    model = script(call("browser.search", {"q": "x"}), search(), final())
    answer = await run(library, model)
    made = [(each.name, each.failed) for each in answer.trajectory]
    assert made == [
        ("browser.search", True), ("search", False), ("final_answer", False)
    ]  # fmt: skip


async def test_giving_up_without_a_search_goes_back_once(library: Library) -> None:
    idle = final("I do not know.", answered=False, citations=[])
    again = final("I do not know.", answered=False, citations=[])
    answer = await run(library, script(idle, search(), again))
    assert "nothing was searched yet" in answer.trajectory[0].returned
    assert [each.name for each in answer.trajectory][1:] == ["search", "final_answer"]


async def test_giving_up_again_without_a_search_is_not_grounded(
    library: Library,
) -> None:
    idle = [final("I cannot.", answered=False, citations=[]) for _ in range(2)]
    answer = await run(library, script(*idle))
    assert (answer.answered, answer.grounded, answer.exit_code) == (False, False, 6)


async def test_a_call_of_no_tool_is_no_search(library: Library) -> None:
    abstain = [final("I cannot.", answered=False, citations=[]) for _ in range(2)]
    answer = await run(library, script(call("browser.search", {"q": "x"}), *abstain))
    assert "nothing was searched yet" in answer.trajectory[1].returned
    assert not answer.grounded


async def test_a_bad_citation_after_a_search_that_was_asked_for_goes_back_too(
    library: Library,
) -> None:
    idle = final("I cannot.", answered=False, citations=[])
    bare = final(
        "It is sealed when it reaches a share of the maximum size.", citations=[]
    )
    answer = await run(library, script(idle, search(), bare, final()))
    assert [each.failed for each in answer.trajectory] == [True, False, True, False]
    assert answer.grounded


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([final("It is sealed when it reaches a share of the maximum size [1].")], 0),
        ([final("No.", answered=False, citations=[]) for _ in range(2)], 6),
        ([assistant_message("I know."), search(), final()], 0),
    ],
    ids=["what was seen", "gives up", "text"],
)
async def test_a_follow_up_may_cite_what_was_seen_but_nothing_else_unsearched(
    library: Library, answers: list[Any], code: int
) -> None:
    conversation = Conversation()
    await ask_again(library, script(search(), final()), conversation)
    model = script(*answers)
    answer = await ask_again(library, model, conversation)
    model.assert_complete()
    assert answer.exit_code == code


async def test_abstaining_is_an_answer(library: Library) -> None:
    abstain = final("The documents do not say.", answered=False, citations=[])
    answer = await run(library, script(search(), abstain))
    assert (answer.answered, answer.grounded, answer.exit_code) == (False, True, 8)


async def test_what_the_documents_do_not_answer_is_named(library: Library) -> None:
    part = final(missing=["Who wrote it?", " <|end|>when\n it was ", "", None])
    answer = await run(library, script(search(), part))
    assert answer.missing == ("Who wrote it?", "< |end| >when it was")
    assert (answer.answered, answer.grounded, answer.exit_code) == (True, True, 0)


async def test_an_answer_without_a_citation_is_told_which_sources_there_are(
    library: Library,
) -> None:
    model = script(
        search(),
        assistant_message("It is sealed when it reaches a share of the maximum size."),
        final(),
    )
    await run(library, model)
    assert "the sources are [1] write-path.md lines 3" in json.dumps(
        model.calls[2].input
    )


async def test_an_empty_answer_is_never_presented(library: Library) -> None:
    with pytest.raises(IncompleteError, match="without an answer"):
        await run(library, script(assistant_message("  ")))


@pytest.mark.parametrize("stream", [True, False])
async def test_in_the_last_turn_search_is_withdrawn_and_the_answer_taken(
    library: Library, stream: bool
) -> None:
    model = script(search(), search("flush"), search("storage"), final(citations=[]))
    answer = await run(library, model, stream=stream)
    assert [tool.name for tool in model.calls[-1].tools] == ["final_answer"]
    assert "The search is over" in json.dumps(model.calls[-1].input)
    assert (answer.stop_reason, answer.exit_code) == ("turn_limit", 7)
    assert answer.answer.startswith(
        "It is sealed when it reaches a share of the maximum size"
    )


async def test_a_model_that_never_stops_still_leaves_a_quoted_answer(
    library: Library,
) -> None:
    model = script(*[search(f"segment {at}") for at in range(9)])
    answer = await run(library, model)
    assert answer.stop_reason == "turn_limit"
    assert answer.turns == 4
    assert answer.citations
    assert {each.verdict for each in answer.citations} == {Verdict.EXACT}
    assert "all but the last of 4 turns are used" in answer.answer


@pytest.mark.parametrize("stream", [True, False])
async def test_a_bug_in_a_tool_surfaces_as_it_is(
    library: Library, stream: bool
) -> None:
    bug = ZeroDivisionError("a bug")

    async def broken() -> str:
        """Fail."""
        raise bug

    model = script(call("broken", {}), final())
    with pytest.raises(ZeroDivisionError) as surfaced:
        await run(library, model, tools=(broken,), stream=stream)
    assert surfaced.value is bug


async def test_a_library_that_fails_ends_the_run_with_its_own_error(
    own_library: Library,
) -> None:
    own_library.close()
    with pytest.raises(LibraryError, match=re.escape(own_library.uri)):
        await run(own_library, script(search(), final()))


async def count_by_wrapper(context: RunContextWrapper[Run], suffix: str) -> str:
    """Count the documents whose names end in a suffix.

    Args:
        suffix: For example .md
    """
    return await count_by_run(context.context, suffix)


async def count_by_run(run: Run, suffix: str) -> str:
    """Count the documents whose names end in a suffix.

    Args:
        suffix: For example .md
    """
    return str(sum(name.endswith(suffix) for name in run.library.names()))


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("own", [count_by_run, count_by_wrapper])
async def test_a_tool_of_the_users_own_is_called_with_the_run(
    library: Library, own: ToolFunction, stream: bool
) -> None:
    name = own.__name__
    model = script(call(name, {"suffix": ".md"}), search(), final())
    answer = await run(library, model, tools=(own,), stream=stream)
    counted = answer.trajectory[0]
    assert (counted.name, counted.returned) == (name, "24")
    tool = model.calls[0].tools[-1]
    assert isinstance(tool, FunctionTool)
    assert (tool.name, [*tool.params_json_schema["properties"]]) == (name, ["suffix"])


async def test_the_question_is_searched_for_before_the_first_turn(
    library: Library,
) -> None:
    model = script(final())
    answer = await run(library, model, depth=DEEP, prefetch=True)
    first = answer.trajectory[0]
    assert (first.name, first.turn, first.new_passages) == ("prefetch", 0, 3)
    assert (answer.turns, answer.grounded) == (1, True)
    kinds = [each.get("type") for each in model.calls[0].input]
    assert kinds == [None, "function_call", "function_call_output"]
