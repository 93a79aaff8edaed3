from pathlib import Path

import pytest

import prompts
from prompts import Prompt, render

VALUES: dict[Prompt, dict[str, str | int]] = {
    Prompt.INSTRUCTIONS: {"today": "2026-01-31", "max_turns": 12},
    Prompt.FINISH: {"reason": "time is up", "question": "Who wrote it?"},
    Prompt.REMAINING: {"left": "2 turns"},
    Prompt.SEARCH_FIRST: {"question": "Who wrote it?"},
    Prompt.REPAIR: {"problems": "source 9 was shown by no tool"},
    Prompt.UNREAD_CALL: {"written": '{"query": "mil'},
    Prompt.WRITTEN_CALL: {},
    Prompt.PROBE: {},
    Prompt.GUIDED: {"form": "Write the answer."},
    Prompt.GUIDED_JSON: {},
    Prompt.GUIDED_TEXT: {},
    Prompt.CHECKING: {},
    Prompt.GUIDED_REPAIR: {"problems": "[1] does not bear it out"},
}


@pytest.mark.parametrize("prompt", Prompt)
def test_every_value_stands_in_the_prompt(prompt: Prompt) -> None:
    text = render(prompt, **VALUES[prompt])
    assert text
    assert text == text.strip()
    assert "$" not in text
    assert all(str(value) in text for value in VALUES[prompt].values())


@pytest.mark.parametrize(
    ("prompt", "name"), [(prompt, name) for prompt in Prompt for name in VALUES[prompt]]
)
def test_a_missing_value_raises(prompt: Prompt, name: str) -> None:
    values = {each: VALUES[prompt][each] for each in VALUES[prompt] if each != name}
    with pytest.raises(KeyError, match=name):
        render(prompt, **values)


@pytest.mark.parametrize("prompt", Prompt)
def test_a_value_that_the_prompt_does_not_name_raises(prompt: Prompt) -> None:
    with pytest.raises(TypeError, match=r"no place for colour, shape"):
        render(prompt, **VALUES[prompt], shape="round", colour="red")


def test_a_value_is_not_a_template_itself() -> None:
    text = render(Prompt.FINISH, reason="$question ${reason} $$", question="Who?")
    assert "$question ${reason} $$" in text


def test_every_prompt_file_has_a_name() -> None:
    held = {path.stem for path in Path(prompts.__path__[0]).glob("*.md")}
    assert held == {prompt.value for prompt in Prompt}
