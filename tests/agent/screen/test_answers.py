"""An answer on a terminal: nothing that a terminal obeys, however it is written."""

from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.screen.answers import plain_answer, print_checked
from agent.screen.console import console_for
from tests.tools.text.test_clean import BIDI, C0, C1, INVISIBLE, TAGS
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Citation, Draft, DraftCitation, Verdict
from tools.grounding.resolving import resolve
from tools.verification.answers import Verification

OBEYED = C0 | C1 | BIDI | INVISIBLE | TAGS
ENTITIES = [
    "&#x202e;", "&#8238;", "&#X202E;", "&#x200b;", "&ZeroWidthSpace;", "&#xE0041;",
    "&rlm;", "&lrm;", "&#x2066;", "&shy;", "&#xad;", "&#x3164;", "&#xfe01;",
    "&#xE0101;",
    "&#27;", "&#x1b;[2J", "&#155;", "&#13;", "&#12;", "&#8;", "&#0;", "&#xD800;",
    "&NoBreak;", "&InvisibleTimes;", "&ApplyFunction;", "&#x2028;", "&#xFEFF;",
    "&#x115f;", "&#x34f;", "&#x2800;", "&#x180e;",
]  # fmt: skip
PLACES = [
    "{}", "**{}**", "`{}`", "# {}", "- {}", "> {}", "[{}](https://a.b)",
    "[a](https://a.b/{})", '[a](https://a.b "{}")', "![{}](a.png)",
    "| {} |\n|---|\n| {} |",
    "```\n{}\n```", "```{}\na\n```", "    {}", "<b>{}</b>", "<div>{}</div>", "~~{}~~",
    "[a]: https://a.b/{}", "a\\\n{}",
]  # fmt: skip


def shown(answer: str) -> str:
    stream = StringIO()
    print_checked(console_for(stream), checked(answer))
    return stream.getvalue()


def checked(answer: str) -> Verification:
    return Verification(
        answer=answer, citations=(), sentences=(), grounded=True, problems=()
    )


def obeyed(text: str) -> set[str]:
    return (OBEYED | set("\u00ad\u3164\ufe01\u115f\u034f\u2800")) & set(text)


@pytest.mark.parametrize("entity", ENTITIES)
def test_no_entity_brings_back_what_a_terminal_obeys(entity: str) -> None:
    for place in PLACES:
        assert not obeyed(shown(place.replace("{}", f"x{entity}y")))
    assert not obeyed(plain_answer(checked(entity)))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*ENTITIES, *PLACES, *OBEYED, " ", "\n"])).map("".join))
def test_whatever_the_answer_nothing_is_obeyed(answer: str) -> None:
    assert not obeyed(shown(answer))
    assert not obeyed(plain_answer(checked(answer)))


@pytest.mark.parametrize(
    "answer", ["&lt;|end|&gt;", "<&#124;start|>", "`&lt;|end|>`", "<|end|>"]
)
def test_no_entity_makes_a_control_token(answer: str) -> None:
    assert "<|" not in shown(answer)
    assert "|>" not in shown(answer)


def test_an_entity_begins_no_line() -> None:
    assert "x Sources: y" in shown("x&NewLine;Sources:&#10;y")


def test_definitions_of_links_are_shown_and_make_no_link_of_a_mark() -> None:
    text = shown("The lamp is red [1].\n\n[1]: https://a.b")
    assert "red [1]." in text
    assert "[1]: https://a.b" in text


def test_ordinary_entities_are_read() -> None:
    assert "a & b ≥ 5 °C" in shown("a &amp; b &ge; 5 &deg;C")


def cited(answer: str, quote: str) -> str:
    source = Evidence()
    shown = source.show("lamps.md", "Lamps", "Lamps", 3, "The `desk` lamp is red.")
    draft = Draft(
        answer=answer.replace("[1]", f"[{shown.id}]"),
        citations=(DraftCitation(source=shown.id, quote=quote),),
    )
    resolved = resolve(draft, source)
    return plain_answer(
        Verification(
            answer=resolved.answer,
            citations=resolved.citations,
            sentences=resolved.sentences,
            grounded=resolved.grounded,
            problems=resolved.problems,
        )
    )


def test_beneath_quotes_alone_the_sources_are_places() -> None:
    told = cited("> The desk lamp is red. [1]", "The `desk` lamp is red.")
    assert told.endswith("Sources:\n[1] lamps.md:3 (Lamps) (exact)")


@pytest.mark.parametrize(
    "answer",
    [
        "The lamp on the desk is red [1].",
        "> The desk lamp is red. [1]\n\nIt also lights the whole house [1].",
    ],
)
def test_beneath_words_of_its_own_the_sources_are_quoted(answer: str) -> None:
    told = cited(answer, "The `desk` lamp is red.")
    assert '    "The `desk` lamp is red."' in told


def test_a_citation_that_citeloop_attached_says_so_on_every_screen() -> None:
    citation = Citation(
        id=1,
        document="lamps.md",
        title="Lamps",
        start_line=3,
        end_line=3,
        quote="The lamp is red.",
        verdict=Verdict.EXACT,
        claim="The lamp is red [2].",
        attached_by="citeloop",
    )
    answer = checked("The lamp is red [1].").model_copy(
        update={"citations": (citation,)}
    )
    stream = StringIO()
    print_checked(console_for(stream), answer)
    assert "✓ exact, attached by Citeloop" in stream.getvalue()
    assert "lamps.md:3 (Lamps) (exact, attached by Citeloop)" in plain_answer(answer)
    of_model = citation.model_copy(update={"attached_by": None})
    assert "attached" not in plain_answer(
        answer.model_copy(update={"citations": (of_model,)})
    )
