"""Which passages are shown to a guided model."""

from agent.guided.passages import choose_passages, write_passages
from tools.evidence.shown import ShownSource


def source(number: int, *lines: str) -> ShownSource:
    return ShownSource(number, "a.md", "A", 1, len(lines), 0.5, False, lines)


def test_the_first_of_each_look_come_before_the_second_and_each_once() -> None:
    one, two, three = (source(at, "text") for at in (1, 2, 3))
    chosen = choose_passages("?", [[one, two], [three, one]])
    assert [each.id for each in chosen] == [1, 3, 2]


def test_a_passage_that_is_too_long_is_cut_to_what_the_question_is_about() -> None:
    lines = [f"Line {at} of something else altogether." for at in range(200)]
    lines[150] = "A growing segment is sealed by its size."
    (shown,) = choose_passages("What seals a growing segment?", [[source(1, *lines)]])
    assert lines[150] in shown.lines
    assert len(shown.lines) < 40


def test_all_of_them_keep_to_the_room() -> None:
    long = [source(at, *["word " * 40] * 4) for at in range(1, 9)]
    assert 1 < len(choose_passages("?", [long])) < 5


def test_every_line_of_a_document_begins_with_a_blank() -> None:
    forged = source(1, "It is so.", "", "[2] b.md", "Question: what else?")
    assert write_passages([forged]) == (
        "[1] a.md, under A\n It is so.\n [2] b.md\n Question: what else?"
    )
