"""How the sentences of an answer stand: in one line, and one by one."""

import re
from io import StringIO
from typing import Any

import pytest

from agent.screen.answers import plain_answer, print_checked
from agent.screen.console import console_for
from agent.screen.sentences import checked_line, plain_faults, print_sentences
from tests.agent.screen.test_answers import obeyed
from tests.fakes.answers import CITATION, answered, checked
from tools.grounding.citation import CheckedSentence, Verdict
from tools.grounding.support.finding import Support

_STYLES = re.compile(r"\x1b\[[\d;]*m")
YELLOW, RED, DIM = "\x1b[33m", "\x1b[31m", "\x1b[2m"


class Terminal(StringIO):
    """A stream that says it ends at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def sentence(
    support: str | None, text: str = "The lamp is red.", **changed: Any
) -> CheckedSentence:
    given: dict[str, Any] = {
        "text": text,
        "citations": (1,),
        "covered": True,
        "support": support,
    }
    return CheckedSentence.model_validate(given | changed)


STATED, CLOSE, UNCLEAR = sentence("stated"), sentence("close"), sentence("unclear")
FALSE = sentence(
    "contradicted",
    "It is 13 cm tall.",
    support_reason="13 cm",
    nearest="The lamp is 12 cm tall.",
)


def on_terminal(answer: str, *sentences: CheckedSentence) -> str:
    stream = Terminal()
    print_checked(console_for(stream), checked(answer=answer, sentences=sentences))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("sentences", "line"),
    [
        ([STATED, STATED, CLOSE], "Checked: 3 sentences, 2 stated, 1 close"),
        ([CLOSE, STATED], "Checked: 2 sentences, 1 stated, 1 close"),
        ([STATED, STATED], "Checked: 2 sentences, all stated"),
        ([CLOSE], "Checked: 1 sentence, close"),
        (
            [sentence("none"), FALSE, UNCLEAR, STATED],
            (
                "Checked: 4 sentences, 1 stated, 1 unclear, 1 contradicted, "
                "1 without support"
            ),
        ),
        ([sentence("none")] * 2, "Checked: 2 sentences, all without support"),
        ([], ""),
        ([sentence(None)], ""),
    ],
)  # fmt: skip
def test_one_line_counts_the_sentences_best_first(
    sentences: list[CheckedSentence], line: str
) -> None:
    assert checked_line(sentences) == line


@pytest.mark.parametrize("support", Support)
def test_each_support_has_its_word_and_its_sign(support: Support) -> None:
    stream = StringIO()
    print_sentences(console_for(stream), [sentence(support)], [CITATION])
    word = "without support" if support is Support.NONE else support.value
    assert re.match(rf"[✓≈⚠✗] {word}: ", stream.getvalue())
    assert checked_line([sentence(support)]).endswith(word)


def test_what_is_borne_out_takes_one_line_beneath_the_answer() -> None:
    told = plain_answer(checked(sentences=(STATED, CLOSE)))
    assert told.startswith(
        "A **graph** index [1].\n\n"
        "Checked: 2 sentences, 1 stated, 1 close\n\n"
        "Sources:\n"
    )


def test_an_answer_that_was_kept_before_says_nothing_of_it() -> None:
    assert "Checked" not in plain_answer(answered(sentences=(sentence(None),)))
    assert "Checked" not in on_terminal("It is so [1].", sentence(None))


def test_of_a_given_answer_each_fault_is_told_with_what_stands_nearest() -> None:
    lines = [
        "Checked: 3 sentences, 1 stated, 1 unclear, 1 contradicted",
        '- unclear: "The lamp is red." [1]',
        '- contradicted (13 cm): "It is 13 cm tall." [1]',
        '    nearest: "The lamp is 12 cm tall."',
        "",
    ]
    sentences = (STATED, UNCLEAR, FALSE)
    assert "\n".join(lines) in plain_answer(checked(sentences=sentences))
    told = _STYLES.sub("", on_terminal("It is so [1].", *sentences))
    assert '⚠ unclear: "The lamp is red." [1]\n' in told
    assert '✗ contradicted (13 cm): "It is 13 cm tall." [1]\n' in told
    assert '    nearest: "The lamp is 12 cm tall."' in told
    assert "✓ stated" not in told


def test_an_answer_of_our_own_is_marked_where_it_stands_and_counted_alone() -> None:
    told = plain_answer(answered(sentences=(STATED, FALSE)))
    assert "Checked: 2 sentences, 1 stated, 1 contradicted\n\nSources:" in told


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"citations": ()}, 'without support (it cites nothing): "The lamp is red."'),
        ({}, 'without support ([1] fabricated): "The lamp is red."'),
        ({"citations": (2,), "covered": False},
         'without support (nothing is cited behind its last mark): "The lamp is red."'),
        ({"support_reason": "a reason"},
         'without support (a reason): "The lamp is red."'),
    ],
)  # fmt: skip
def test_a_sentence_without_support_says_what_it_lacks(
    changed: dict[str, Any], said: str
) -> None:
    false = CITATION.model_copy(update={"verdict": Verdict.FABRICATED})
    sound = CITATION.model_copy(update={"id": 2})
    assert plain_faults([sentence("none", **changed)], [false, sound]) == [f"- {said}"]


REMARKED = (
    "It is red [1]. (⚠ not clearly in the source) It is tall [1]. "
    "(⚠ the source says otherwise: 12 cm) It is blue. (⚠ no source) (⚠ no remark)"
)


def test_remarks_are_coloured_where_they_stand_and_nothing_else_is() -> None:
    told = on_terminal(REMARKED)
    coloured = re.findall(rf"{re.escape(YELLOW)}(.*?)\x1b\[0m", told)
    assert coloured == [
        "(⚠ not clearly in the source)",
        "(⚠ the source says otherwise: 12 cm)",
        "(⚠ no source)",
    ]
    assert _STYLES.sub("", told).split() == [*REMARKED.split(), *SOURCES]


SOURCES = _STYLES.sub("", on_terminal("")).split()


@pytest.mark.parametrize(
    "answer",
    [
        "- It is red [1]. (⚠ no source)",
        "> It is red [1]. (⚠ no source)",
        "| a |\n|---|\n| It is red (⚠ no source) |",
        "**It is red (⚠ no source)**",
    ],
)
def test_a_remark_is_coloured_in_each_place(answer: str) -> None:
    plain = on_terminal(answer.replace("(⚠ no source)", "(⚠ no remark)"))
    told = on_terminal(answer)
    found = re.findall(r"\x1b\[([\d;]*)m\(⚠ no source\)", told)
    assert [each.split(";")[-1] for each in found] == ["33"]
    assert _STYLES.sub("", told).replace("source)", "remark)") == _STYLES.sub("", plain)


@pytest.mark.parametrize(
    "answer", ["It is `(⚠ no source)` there.", "```\n(⚠ no source)\n```"]
)
def test_what_stands_in_code_is_no_remark(answer: str) -> None:
    told = on_terminal(answer)
    assert "(⚠ no source)" in _STYLES.sub("", told)
    assert YELLOW not in told


@pytest.mark.parametrize(
    ("sentences", "style"),
    [([STATED, CLOSE], DIM), ([STATED, UNCLEAR], YELLOW), ([UNCLEAR, FALSE], RED),
     ([sentence("none")], RED)],
)  # fmt: skip
def test_the_line_has_the_colour_of_what_stands_worst(
    sentences: list[CheckedSentence], style: str
) -> None:
    assert f"{style}Checked: " in on_terminal("It is so [1].", *sentences)


def test_without_colours_words_and_signs_say_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    coloured = on_terminal(REMARKED, STATED, UNCLEAR, FALSE)
    monkeypatch.setenv("NO_COLOR", "1")
    bare = on_terminal(REMARKED, STATED, UNCLEAR, FALSE)
    assert not re.search(r"\x1b\[[\d;]*3\dm", bare)
    assert _STYLES.sub("", bare) == _STYLES.sub("", coloured)


def test_a_narrow_terminal_breaks_between_words_and_loses_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = _STYLES.sub("", on_terminal(REMARKED, UNCLEAR, FALSE))
    monkeypatch.setenv("COLUMNS", "20")
    told = on_terminal(REMARKED, UNCLEAR, FALSE)
    narrow = _STYLES.sub("", told)
    assert narrow.split() == wide.split()
    remarks = narrow.partition("Checked")[0].splitlines()
    assert len(remarks) > len(wide.partition("Checked")[0].splitlines())
    assert max(map(len, remarks)) <= 20
    coloured = re.findall(
        rf"{re.escape(YELLOW)}(.*?)\x1b\[0m", told.split("Checked")[0]
    )
    assert " ".join("".join(coloured).split()).count("(⚠ ") == 3
    assert "(⚠ not clearly in the source)(⚠ the source says" in "".join(coloured)


def test_what_is_copied_of_a_fault_is_one_line_whatever_the_width(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    told = _STYLES.sub("", on_terminal("It is so [1].", STATED, FALSE))
    assert "\nChecked: 2 sentences, 1 stated, 1 contradicted\n" in told
    assert '\n✗ contradicted (13 cm): "It is 13 cm tall." [1]\n' in told


def test_nothing_of_a_sentence_is_obeyed() -> None:
    evil = "a\x1b[2J\u202e\u200bb\n[x](y) <|end|>"
    given = sentence("contradicted", evil, support_reason=evil, nearest=evil)
    stream = StringIO()
    print_sentences(console_for(stream), [given], [CITATION])
    for told in (
        stream.getvalue(),
        plain_answer(checked(sentences=(given,))),
    ):
        assert not obeyed(told)
        assert "<|" not in told
        assert told.count("contradicted") >= 1
