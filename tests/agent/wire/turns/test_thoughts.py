"""What is thought and what is said, by its tags."""

import pytest

from agent.wire.turns.thoughts import Parted, holds_tag, part_thoughts

SAID = "It is so [1]."


@pytest.mark.parametrize(
    "text",
    [
        f"<think>Hm.</think>{SAID}", f"<THINK>Hm.</THINK>\n{SAID}",
        f"< think >Hm.< / think >{SAID}", f"<think time='3'>Hm.</think>{SAID}",
        f"<thinking>Hm.</think>{SAID}", f"<reasoning>Hm.</reasoning>{SAID}",
        f"<thoughts>Hm.</thoughts>{SAID}", f"<seed:think>Hm.</seed:think>{SAID}",
        f"<scratchpad>Hm.</scratchpad>{SAID}", f"<antThinking>Hm.</antThinking>{SAID}",
        f"◁think▷Hm.◁/think▷{SAID}", f"[THINK]Hm.[/THINK]{SAID}",
        f"Hm.</think>{SAID}", f"Hm.</think>\n\n{SAID}",
        f"\n<think>\nHm.\n</think>{SAID}",
        f"{SAID}\n<think>Hm.</think>", f"{SAID} <think>Hm.", f"{SAID}<reflection>Hm.",
        f"<think>Hm.</think><answer>{SAID}</answer>",
        f"<think>Hm.</think>\n<final_answer>\n{SAID}\n</final_answer>\n",
    ],
)  # fmt: skip
def test_tags_are_told_apart(text: str) -> None:
    assert part_thoughts(text) == Parted(SAID, "Hm.")


@pytest.mark.parametrize(
    ("text", "said", "thought"),
    [
        (f"<think>a<think>b</think>c</think>{SAID}", SAID, "a\nb\nc"),
        (f"<think>a</think>b</think>{SAID}", SAID, "a\nb"),
        ("<think>all of it", "", "all of it"),
        (f"{SAID}</think>", "", SAID),
        (f"<think/>{SAID}", SAID, ""),
        ("One. [1]\n<think>Hm.</think>\nTwo. [2]", "One. [1]\n\nTwo. [2]", "Hm."),
        (f"<think>The `</think>` tag ends it.</think>{SAID}", SAID,
         "The `</think>` tag ends it."),
        (f"I use ``` here.</think>{SAID}", SAID, "I use ``` here."),
        ("I use ` here.</think>It is `x` [1].", "It is `x` [1].", "I use ` here."),
    ],
)  # fmt: skip
def test_nested_open_and_lone_tags_leave_what_is_surely_said(
    text: str, said: str, thought: str
) -> None:
    assert part_thoughts(text) == Parted(said, thought)


@pytest.mark.parametrize(
    "text",
    [
        "It is <think>Hm.</think>so [1].",
        "What stands between <think> and </think> is hidden [1].",
        "It writes </think> when it is done [1].",
        "It ends with </think>, and goes on [1].",
        "As soon as <think>Hm.",
    ],
)
def test_what_is_in_doubt_is_not_decided(text: str) -> None:
    assert part_thoughts(text) is None
    assert holds_tag(text)


@pytest.mark.parametrize(
    "text",
    [
        "The `<think>` tag holds reasoning, `</think>` ends it [1].",
        "Models write ``<think>`` [1].",
        "So [1]:\n\n```xml\n<think>Hm.</think>\n```\n",
        "So [1]:\n\n~~~\n<reasoning>\n~~~\nand on [1].",
        "<thinker> is an element [1].", "A thought, an analysis, a reflection [1].",
        "Use [think] or THINK [1].", "It is so [1].", "",
    ],
)  # fmt: skip
def test_code_and_prose_about_thought_stay(text: str) -> None:
    assert part_thoughts(text) is None
    assert not holds_tag(text)
