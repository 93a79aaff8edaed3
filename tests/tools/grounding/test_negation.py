"""Negations: a sentence that denies what its source affirms, and those that do not."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.grounding.checking import check, evidence_of
from tools.grounding.citation import Draft, DraftCitation
from tools.grounding.negation import denies, read_clause
from tools.grounding.resolving import resolve

DENIED = [
    (
        "The team closed the valve before the storm came.",
        "The team failed to close the valve before the storm came.",
    ),
    (
        "The board agreed to pay for the new roof.",
        "The board refused to pay for the new roof.",
    ),
    (
        "All rooms are open to guests on Sunday.",
        "All rooms except the hall are open to guests on Sunday.",
    ),
    (
        "The pump starts if the tank is empty.",
        "The pump starts unless the tank is empty.",
    ),
    (
        "The belt is replaced in the first year.",
        "The belt is hardly ever replaced in the first year.",
    ),
    (
        "The index is rebuilt after a flush.",
        "The index is rarely rebuilt after a flush.",
    ),
    ("The engine starts with a key.", "The engine starts without a key."),
    ("The report gives the square root.", "The report leaves out the square root."),
    ("The dump holds the index.", "The dump omits the index."),
    ("The copy contains the users.", "The users are excluded from the copy."),
    ("The API supports joins.", "The API no longer supports joins."),
    ("The build is stable.", "The build is anything but stable."),
    ("A key is required.", "A key is by no means required."),
    ("He shows that it scales.", "He doubts that it scales."),
    ("The API supports joins.", "The API never supports joins."),
    ("The API supports joins of tables.", "The API lacks support for joins of tables."),
    ("The server is able to read the file.", "The server is unable to read the file."),
    (
        "Smith robbed the old bank.",
        "Smith denied that he robbed the old bank.",
    ),
    ("It is possible to index text.", "It is impossible to index text."),
    ("The export is legal in Norway.", "The export is illegal in Norway."),
    ("Logging is enabled by default.", "Logging is disabled by default."),
    ("The plugin is compatible with Java.", "The plugin is incompatible with Java."),
    (
        "Anonymous users are authorized to read.",
        "Anonymous users are unauthorized to read.",
    ),
    ("The shape is regular at the edge.", "The shape is irregular at the edge."),
    ("The store does not keep logs on disk.", "The store keeps logs on disk."),
    ("Logs are not stored on disk.", "Logs are stored on disk."),
    ("Backups are encrypted at rest.", "Backups are not encrypted at rest."),
    ("The cache keeps no copies of the file.", "The cache keeps copies of the file."),
    ("The driver avoids locks in the kernel.", "The driver uses locks in the kernel."),
    ("The service is available in Europe.", "The service is unavailable in Europe."),
    ("The pump is not impossible to repair.", "The pump is impossible to repair."),
    ("Always restart the node.", "Never restart the node."),
    ("Non-members may enter the hall.", "Members may enter the hall."),
    (
        "The test passed without errors on Linux.",
        "The test passed with errors on Linux.",
    ),
    (
        "Both keys are required to open the vault.",
        "Neither key is required to open the vault.",
    ),
]
SAME = [
    ("The pump is possible to repair.", "The pump is not impossible to repair."),
    (
        "The engine starts if the tank is not empty.",
        "The engine starts unless the tank is empty.",
    ),
    (
        "The pump does not start if the tank is empty.",
        "The pump starts unless the tank is empty.",
    ),
    ("The service starts with a key.", "The service does not start without a key."),
    ("It keeps vectors on disk.", "It does not keep logs. It keeps vectors on disk."),
    ("The team did not close the valve.", "The team failed to close the valve."),
    ("The board would not pay for the roof.", "The board refused to pay for the roof."),
    ("The report omits the square root.", "The report leaves out the square root."),
    ("Not only rows but also columns are kept.", "Rows and columns are kept."),
    ("It holds no more than five rows.", "It holds at most five rows."),
    ("It is invaluable to users.", "It is valuable to users."),
    ("The press discussed the plan.", "The cuss of the plan."),
    ("The report impressed the board.", "The board pressed the report."),
    ("Logs are never stored on disk.", "The store never keeps logs on disk."),
    ("All rooms but not the hall are open.", "All rooms except the hall are open."),
    (
        "The hall is not open on Sunday.",
        "All rooms except the hall are open on Sunday.",
    ),
    (
        "Segments are sealed when full.",
        "Growing segments take inserts and are then sealed. Sealed ones do not.",
    ),
    (
        "Users without a key cannot log in.",
        "Users need a key to log in. Without one, they cannot log in.",
    ),
    (
        "It is important to close the file.",
        "It is important to close the file, and not to delete it.",
    ),
    ("The index is not stored on disk.", "The index is stored in memory."),
    ("There is no doubt that it works on Linux.", "It works on Linux."),
    ("It rarely fails on Linux.", "It hardly ever fails on Linux."),
    ("Access is denied to guests.", "Guests are not allowed access."),
    ("The unit is under the bed.", "The unit lies under the bed."),
    ("It is illegal to export the data.", "It is not legal to export the data."),
    ("The file is unchanged by a flush.", "The file is not changed by a flush."),
    ("Inactive users are not counted.", "Users who are not active are not counted."),
    (
        "The log is not deleted unless the user asks.",
        "The log is deleted only if the user asks.",
    ),
    (
        "The lock prevents writes to the table.",
        "With the lock, writes to the table are not possible.",
    ),
]


@pytest.mark.parametrize(("one", "other"), DENIED)
def test_a_sentence_denies_what_another_affirms(one: str, other: str) -> None:
    assert denies(one, other)
    assert denies(other, one)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_faithful_sentence_denies_nothing(one: str, other: str) -> None:
    assert not denies(one, other)


@pytest.mark.parametrize(("one", "other"), DENIED)
def test_what_denies_its_quote_is_grounded_neither_with_it_nor_without(
    one: str, other: str
) -> None:
    for said, held in ((one, other), (other, one)):
        quote = DraftCitation(source=1, quote=held)
        answer = f"{said.removesuffix('.')} [1]."
        draft = Draft(answer=answer, citations=(quote,))
        quoted = resolve(draft, evidence_of(held))
        assert [each.contradicted for each in quoted.sentences] == [True]
        assert "the source says the opposite" in quoted.answer
        assert not quoted.grounded
        assert not check(said, held).verdict.is_sound


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_faithful_sentence_is_grounded_by_its_quote(one: str, other: str) -> None:
    draft = Draft(
        answer=f"{one.removesuffix('.')} [1].",
        citations=(DraftCitation(source=1, quote=other),),
    )
    assert not any(
        each.contradicted for each in resolve(draft, evidence_of(other)).sentences
    )


@pytest.mark.parametrize(
    "word",
    ["important", "invaluable", "impress", "discuss", "illustrate", "under", "until",
     "include", "input", "import", "display", "district", "union", "irritate", "image",
     "income", "index", "discover", "immediate", "distance", "unit", "inside"],
)  # fmt: skip
def test_a_word_that_only_looks_negated_is_none(word: str) -> None:
    clause = read_clause(f"The plan has {word} parts")
    assert (clause.count, clause.affixes) == (0, frozenset())


WORDS = st.lists(
    st.sampled_from(
        ["pump", "starts", "not", "no", "never", "unless", "except", "without", "tank",
         "is", "and", "nor", "neither", "impossible", "fails to", "all", "rarely", ",",
         "不", "索引", "-", "un", "not only", "but", "."]
    ),
    max_size=16,
)  # fmt: skip


@given(WORDS)
def test_no_sentence_denies_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert not denies(text, text)


@given(WORDS, st.sampled_from(["The guide says that ", "It says: "]))
def test_what_leads_to_a_sentence_denies_nothing(words: list[str], lead: str) -> None:
    text = ", ".join(words)
    assert not denies(f"{lead}{text.replace(',', '')}", text)


def test_what_leads_to_a_sentence_may_deny_it() -> None:
    source = "The lamp is not lit by day."
    assert not denies("The guide says that the lamp is not lit by day.", source)
    assert denies("The lamp is lit by day.", source)
    assert denies("By no means the lamp is lit.", "The lamp is lit.")


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_texts_are_compared(one: str, other: str) -> None:
    assert denies(one, other) in {True, False}


@pytest.mark.parametrize(
    "piece", ["not ", "no, ", "never a lamp. ", "unless ", "a b ", "not a lamp is so "]
)
def test_reading_a_clause_is_linear(piece: str) -> None:
    def least(size: int) -> float:
        times = []
        for turn in range(3):
            text = f"{piece * (size // len(piece))}{turn}"
            started = process_time()
            read_clause(text)
            times.append(process_time() - started)
        return min(times)

    assert least(20_000) < 24 * least(2_500) + 0.05  # a square takes 64 times as long
