"""A call of a model as one record: what our models pass on of it, and what they end."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest
from agents import Model, ModelResponse, ModelSettings

from agent.endpoints.retried_model import RetriedModel, ServedModel
from agent.loop.bounded_model import BoundedModel
from agent.loop.budget import Budget
from agent.model_call import CalledModel, ModelCall, WrappingModel
from tests.fakes.foreign_model import GIVEN, ITEMS, REST, ForeignModel, ask
from tests.fakes.scripted import SHORT
from tools.calls.run import Run
from tools.evidence.evidence import Evidence

NAMES = (
    "system_instructions", "input", "model_settings", "tools", "output_schema",
    "handoffs", "tracing",
)  # fmt: skip
CALL = ModelCall(*GIVEN, rest=REST)


class Through(WrappingModel):
    """Passes calls on as they are."""

    async def respond(self, call: ModelCall) -> ModelResponse:
        return await call.ask(self.inner)

    async def stream(self, call: ModelCall) -> AsyncIterator[Any]:
        async with call.stream_from(self.inner) as events:
            async for event in events:
                yield event


def through(inner: Model) -> CalledModel:
    return Through(inner)


def retried(inner: Model) -> CalledModel:
    return RetriedModel([ServedModel(inner, None)], longest_wait=0)


def bounded(inner: Model) -> CalledModel:
    library: Any = None
    run = Run(library, Evidence(), "What?")
    return BoundedModel(inner, run, Budget(SHORT, run), window=131_072, finished=0)


Wrap = Callable[[Model], CalledModel]
WRAPPERS = pytest.mark.parametrize("wrap", [through, retried, bounded])


def settings_of(wrap: Wrap) -> ModelSettings:
    """Return what arrives as the settings: the time of a turn is the loop's."""
    seconds = SHORT.turn_seconds if wrap is bounded else None
    return ModelSettings(top_p=0.5, timeout=seconds)


@WRAPPERS
@pytest.mark.parametrize("named", [True, False], ids=["by name", "by place"])
async def test_all_seven_parameters_and_the_rest_are_passed_on(
    wrap: Wrap, named: bool
) -> None:
    given = () if named else GIVEN
    rest: dict[str, Any] = dict(zip(NAMES, GIVEN, strict=True)) if named else {}
    inner = ForeignModel()
    model: Any = wrap(inner)
    response = await model.get_response(*given, **rest, **REST)
    stream = model.stream_response(*given, **rest, **REST)
    events = [event async for event in stream]
    assert response.response_id == "it"
    assert events == inner.events
    expected = (*GIVEN[:2], settings_of(wrap), *GIVEN[3:])
    assert inner.calls == [(expected, REST), (expected, REST)]


def test_a_call_has_the_parameters_by_place_or_by_name_and_the_rest() -> None:
    by_name = dict(zip(NAMES, GIVEN, strict=True))
    assert ModelCall.of(*GIVEN, **REST) == CALL
    assert ModelCall.of(*GIVEN[:3], **dict(list(by_name.items())[3:]), **REST) == CALL
    assert ModelCall.of(**by_name, new=1).rest == {"new": 1}
    with pytest.raises(TypeError, match="tracing"):
        ModelCall.of(*GIVEN[:-1])


def test_a_note_comes_after_the_input_and_changes_nothing_else() -> None:
    note = {"role": "user", "content": "Be quick."}
    assert CALL.with_note("Be quick.") == replace(CALL, input=[*ITEMS, note])
    assert CALL.input == [{"role": "user", "content": "What?"}]


def test_an_input_that_is_a_text_is_one_item() -> None:
    assert replace(CALL, input="What?").items() == ITEMS
    assert CALL.items() is not CALL.input


@WRAPPERS
async def test_a_stream_that_is_given_up_is_closed_all_the_way_down(wrap: Wrap) -> None:
    inner = ForeignModel()
    stream: Any = wrap(inner).stream_response(*GIVEN, **REST)
    async with aclosing(stream) as events:
        async for _ in events:
            break
        assert inner.left == 0
    assert inner.left == 1


@WRAPPERS
async def test_an_event_is_passed_on_before_the_next_one_is_asked_for(
    wrap: Wrap,
) -> None:
    inner = ForeignModel()
    first, second = inner.events
    stream = wrap(inner).stream_response(*GIVEN, **REST)
    inner.events = [first]
    assert await anext(stream) is first
    inner.events.append(second)  # it is made only now
    assert await anext(stream) is second


@WRAPPERS
async def test_nothing_is_asked_before_the_first_event_is(wrap: Wrap) -> None:
    inner = ForeignModel()
    stream = wrap(inner).stream_response(*GIVEN, **REST)
    assert inner.calls == []
    await anext(stream)
    assert len(inner.calls) == 1


@WRAPPERS
@pytest.mark.parametrize("stream", [True, False])
async def test_what_no_model_of_ours_knows_of_is_raised_as_it_came(
    wrap: Wrap, stream: bool
) -> None:
    error = KeyError("a bug")
    model = wrap(ForeignModel(error))
    with pytest.raises(KeyError) as caught:
        await ask(model, stream=stream)
    assert caught.value is error


async def test_a_model_that_wraps_one_leaves_advice_and_closing_to_it() -> None:
    for wrap in (through, bounded):
        inner = ForeignModel()
        model = wrap(inner)
        request: Any = "this"
        assert model.get_retry_advice(request) == "advice on this"
        await model.close()
        assert inner.closed
