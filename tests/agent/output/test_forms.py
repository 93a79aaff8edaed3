"""The forms in which results leave, and which one is chosen."""

import json
import subprocess
import sys
from io import StringIO
from typing import Any

import pytest

from agent.output.forms import OutputForm, choose_form
from agent.output.json_object import JsonForm
from agent.output.plain import PlainForm
from agent.output.terminal import TerminalForm
from tests.fakes.answers import CITATION, QUOTE, REOPENED, answered, checked, hit
from tools.errors import ExitCode
from tools.grounding.citation import CheckedSentence
from tools.grounding.support.finding import Support


class Terminal(StringIO):
    """A stream that says it ends at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "as_json", "form"),
    [
        (Terminal(), False, TerminalForm),
        (StringIO(), False, PlainForm),
        (Terminal(), True, JsonForm),
        (StringIO(), True, JsonForm),
    ],
)
def test_the_flag_decides_and_then_what_is_at_the_end_of_the_stream(
    stream: StringIO, as_json: bool, form: type[OutputForm]
) -> None:
    assert type(choose_form(stream, as_json=as_json)) is form


def test_plain_text_keeps_the_markdown_and_a_terminal_renders_it() -> None:
    plain, terminal = StringIO(), Terminal()
    PlainForm(plain).write_answer(answered())
    TerminalForm(terminal).write_answer(answered())
    assert plain.getvalue() == (
        "A **graph** index [1].\n\nSources:\n"
        f'[1] hnsw.md:3 (HNSW) (exact)\n    "{QUOTE}"\n'
    )
    assert "**" not in terminal.getvalue()
    assert "2 turns" in terminal.getvalue()


@pytest.mark.parametrize("of", [answered, checked])
def test_what_the_documents_do_not_answer_is_said_in_each_form(of: Any) -> None:
    plain, terminal, written = StringIO(), Terminal(), StringIO()
    answer = of(missing=("who made it", "when\x1b[2J"))
    PlainForm(plain).write_answer(answer)
    TerminalForm(terminal).write_answer(answer)
    JsonForm(written).write_answer(answer)
    for text in (plain.getvalue(), terminal.getvalue()):
        said, _, sources = text.partition("Not in the documents: ")
        assert "index [1]." in said
        assert sources.startswith("who made it; when")
        assert "hnsw.md:3" in sources
    assert "\x1b[2J" not in plain.getvalue() + terminal.getvalue()
    assert json.loads(written.getvalue())["missing"] == ["who made it", "when\x1b[2J"]


@pytest.mark.parametrize("of", [answered, checked])
def test_how_the_sentences_stand_is_said_in_each_form(of: Any) -> None:
    plain, terminal, written = StringIO(), Terminal(), StringIO()
    sentence = CheckedSentence(
        text="It has 64 layers.",
        citations=(1,),
        covered=True,
        support=Support.CONTRADICTED,
        support_reason="16 layers",
        nearest="It has 16 layers.",
    )
    answer = of(sentences=(sentence,), grounded=False, verified=0.0)
    PlainForm(plain).write_answer(answer)
    TerminalForm(terminal).write_answer(answer)
    JsonForm(written).write_answer(answer)
    for text in (plain.getvalue(), terminal.getvalue()):
        assert "Checked: 1 sentence, contradicted" in text
        assert ('nearest: "It has 16 layers."' in text) == (of is checked)
    record = json.loads(written.getvalue())
    assert (record["grounded"], record["verified"]) == (False, 0.0)
    assert record["sentences"] == [sentence.model_dump(mode="json")]
    assert record["sentences"][0]["support"] == "contradicted"


def test_the_chat_parts_its_plain_answers_by_a_blank_line() -> None:
    stream = StringIO()
    PlainForm(stream, end="\n\n").write_answer(answered(citations=()))
    assert stream.getvalue() == "A **graph** index [1].\n\n"


def test_what_a_check_found_tells_no_turns() -> None:
    stream = Terminal()
    TerminalForm(stream).write_answer(checked())
    assert "hnsw.md:3" in stream.getvalue()
    assert "turns" not in stream.getvalue()


def test_json_is_one_object_a_line_without_a_control_character() -> None:
    stream = StringIO()
    form = JsonForm(stream)
    form.write_answer(answered(answer="é\x1b[2J\u2028"))
    form.write_answer(checked())
    form.write_hits("q", [hit("a\x9bb")])
    form.write_hits_of("q1", [])
    form.write_failure("No.", ExitCode.LIBRARY)
    form.write_remark("nothing of it")
    lines = stream.getvalue().split("\n")
    assert stream.getvalue().isascii()
    assert "\x1b" not in stream.getvalue()
    assert [json.loads(line).get("schema") for line in lines[:-1]] == [
        "citeloop.answer/1", "citeloop.verification/1", None, None, "citeloop.error/1",
    ]  # fmt: skip
    assert lines[3] == '{"_id": "q1", "results": []}'
    assert lines[4] == (
        '{"schema": "citeloop.error/1", "error": "No.", "exit_code": 5}'
    )
    assert lines[5] == ""


def test_a_hit_as_json_has_its_place_and_a_rounded_score() -> None:
    stream = StringIO()
    JsonForm(stream).write_hits("q", [hit()])
    assert json.loads(stream.getvalue()) == {
        "query": "q",
        "results": [
            {"document": "hnsw.md", "title": "HNSW", "start_line": 3, "end_line": 3,
             "score": 0.123457, "text": QUOTE}
        ],
    }  # fmt: skip


def test_the_lines_around_a_citation_are_text_alone() -> None:
    stream, plain = StringIO(), StringIO()
    JsonForm(stream).write_citation(answered(), REOPENED)
    PlainForm(plain).write_citation(answered(), REOPENED)
    record = json.loads(stream.getvalue())
    assert list(record) == [
        "schema", "run", "citation", "state", "start_line", "end_line", "lines",
    ]  # fmt: skip
    assert record["run"] == answered().run
    assert record["citation"] == CITATION.model_dump(mode="json")
    assert record["lines"] == [{"line": 3, "text": QUOTE}]
    assert f"▶3  {QUOTE}" in plain.getvalue()
    assert " 4  More." in plain.getvalue()


@pytest.mark.parametrize("form", [PlainForm, TerminalForm])
def test_text_says_on_standard_error_what_stands_in_no_result(
    form: type[PlainForm], capsys: pytest.CaptureFixture[str]
) -> None:
    stream = StringIO()
    form(stream).write_hits("q", [])
    form(stream).write_remark("See there.")
    form(stream).write_failure("The command says it.", ExitCode.LIBRARY)
    assert stream.getvalue() == ""
    assert capsys.readouterr() == (
        "",
        "citeloop: No passage was found.\nciteloop: See there.\n",
    )


def test_a_pipe_gets_a_line_a_hit_with_where_it_stands() -> None:
    stream = StringIO()
    PlainForm(stream).write_hits("q", [hit()])
    assert stream.getvalue().splitlines() == [
        "0.123  hnsw.md:3-3  HNSW",
        f"       {QUOTE}",
    ]


def test_to_choose_a_form_loads_no_rich() -> None:
    code = (
        "import io, sys\n"
        "from agent.output.forms import choose_form\n"
        "choose_form(io.StringIO(), as_json=False)\n"
        "choose_form(io.StringIO(), as_json=True).write_remark('')\n"
        "assert 'rich' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
