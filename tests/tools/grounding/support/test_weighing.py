from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tools.grounding.support.aligning import align
from tools.grounding.support.finding import Finding, Support
from tools.grounding.support.units import Cited, units_of
from tools.grounding.support.weighing import weigh
from tools.grounding.support.words import LONGEST, read_sentence

DOCS = sorted((ROOT / "examples" / "docs").glob("*.md"))


def cite(text: str, names: str = "") -> Cited:
    return Cited(text, 0, text.count("\n"), names)


def weighed(sentence: str, source: str, question: str = "") -> Finding:
    return weigh(sentence, [cite(source)], question)


SEALS = "The data node seals a segment when it is full."
QUANTIZED = "IVF_SQ8 saves 70 percent of the memory of IVF_FLAT."
FILTER = "Milvus applies the filter before it compares vectors."
KEEPS = "DiskANN keeps compressed vectors in memory and the full vectors on a disk."
PORTS = "The proxy listens on port 19530, and the data node listens on port 21124."
SOME = "Some servers ignore the setting."
CAN = "A full disk can cost rows if a program goes on writing."
NO_MACHINES = "Milvus Lite has no replicas and cannot be spread over several machines."
MANY = "vLLM handles many requests at once."
LETTER = "A name must start with a letter or an underscore."
INSERTS = "An upsert costs more than an insert, and a large load is done with inserts."
OLDER = "Older builds answer with status 500."
BECAUSE = "The tool accepts several queries because the model makes one call."
GRANTED = "A privilege is granted to a role, and a role is granted to a user."


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        (SEALS, SEALS),
        ("A segment is sealed by the data node when it is full.", SEALS),
        ("When a segment is full, the data node seals it.", SEALS),
        ("When it is full, a segment is sealed.", SEALS),
        ("70 percent of the memory of IVF_FLAT is saved by IVF_SQ8.", QUANTIZED),
        ("Seventy percent of IVF_FLAT's memory is saved by IVF_SQ8.", QUANTIZED),
        ("Before it compares vectors, Milvus applies the filter.", FILTER),
        ("Milvus compares vectors after it applies the filter.", FILTER),
        ("Compressed vectors are kept in memory by DiskANN.", KEEPS),
        ("The data node listens on port 21124.", PORTS),
        ("According to the documentation, some servers ignore the setting.", SOME),
        ("The setting is ignored by some servers.", SOME),
        ("If a program goes on writing, a full disk can cost rows.", CAN),
        ("It can't be spread over several machines.", NO_MACHINES),
        ("A name must begin with an underscore or a letter.", LETTER),
        ("The constant of RRFRanker is 60.", "RRFRanker's constant is 60."),
        ("A row has no more than 64 fields.", "A row has at most 64 fields."),
        ("As the model makes one call, the tool accepts several queries.", BECAUSE),
        ("Cosine equals the inner product.", "The inner product equals cosine."),
        ("HNSW needs more memory than FLAT.", "HNSW requires more memory than FLAT."),
        ("It served 1.5 million rows on 2024-03-05.",
         "It served 1,500,000 rows on March 5, 2024."),
        ("The mill grinds oats until noon, then the baker carries the flour.",
         "The mill grinds oats until noon,\n\fthen the baker carries the flour."),
    ],
)  # fmt: skip
def test_what_says_the_same_is_borne_out(sentence: str, source: str) -> None:
    found = weighed(sentence, source)
    assert found.support.bears_out, found


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The data node seals a segment before it is full.", SEALS),
        ("The query node seals a segment when it is full.", SEALS),
        ("IVF_FLAT saves 70 percent of the memory of IVF_SQ8.", QUANTIZED),
        ("IVF_SQ8 is saved by IVF_FLAT.", "IVF_SQ8 saves IVF_FLAT."),
        ("Milvus applies the filter after it compares vectors.", FILTER),
        ("Milvus compares vectors before it applies the filter.", FILTER),
        ("Milvus applies the filter and compares vectors.", FILTER),
        ("DiskANN keeps the full vectors in memory.", KEEPS),
        ("The proxy listens on port 21124.", PORTS),
        ("All servers ignore the setting.", SOME),
        ("Servers ignore the setting.", SOME),
        ("No server ignores the setting.", SOME),
        ("A full disk always costs rows.", CAN),
        ("A full disk can cost rows.", CAN),
        ("It has replicas and can be spread over several machines.", NO_MACHINES),
        ("It has no replicas and can be spread over several machines.", NO_MACHINES),
        ("vLLM handles one request at once.", MANY),
        ("A name must start with a letter and an underscore.", LETTER),
        ("A name can also start with a number.", LETTER),
        ("A large load is done with upserts.", INSERTS),
        ("Builds answer with status 500.", OLDER),
        ("Newer builds answer with status 500.", OLDER),
        ("The model makes one call because the tool accepts several queries.", BECAUSE),
        ("A role is granted to a privilege, and a user is granted to a role.", GRANTED),
        ("FLAT needs more memory than HNSW.", "HNSW needs more memory than FLAT."),
        ("The lamp is made of cheese.", "The lamp is red and 12 cm tall."),
    ],
)  # fmt: skip
def test_what_says_something_else_is_not(sentence: str, source: str) -> None:
    found = weighed(sentence, source)
    assert not found.support.bears_out, found
    assert found.reason
    assert found.nearest


TABLE = """| model | small-20b | large-120b |
|---|---|---|
| parameters | 21 billion | 117 billion |
| memory | 16 GB | 80 GB |
"""


@pytest.mark.parametrize(
    ("sentence", "borne_out"),
    [
        ("The parameters of large-120b are 117 billion.", True),
        ("small-20b has 21 billion parameters, and large-120b 117 billion.", True),
        ("The parameters of small-20b are 117 billion.", False),
        ("The memory of large-120b is 16 GB.", False),
        ("The memory of large-120b is 117 billion.", False),
    ],
)
def test_a_cell_belongs_to_its_row_and_its_column(
    sentence: str, borne_out: bool
) -> None:
    assert weighed(sentence, TABLE).support.bears_out is borne_out


LISTED = """# Roles

The proxy has these tasks:

- It checks each request.
- It merges the results.
"""


def test_a_heading_and_what_introduces_a_list_name_the_subject() -> None:
    found = weigh("The proxy merges the results.", [Cited(LISTED, 5, 5, "")])
    assert found.support.bears_out
    other = weigh("The router merges the results.", [Cited(LISTED, 5, 5, "")])
    assert not other.support.bears_out


def test_a_sentence_may_join_two_of_its_source_but_no_halves_of_them() -> None:
    source = "The proxy checks requests. The node builds indexes."
    joined = "The proxy checks requests, and the node builds indexes."
    assert weighed(joined, source).support.bears_out
    assert not weighed("The proxy builds indexes.", source).support.bears_out


def test_only_the_cited_lines_bear_out() -> None:
    text = "The lamp is red.\nThe table is green."
    assert weigh("The lamp is red.", [Cited(text, 0, 0, "")]).support.bears_out
    assert not weigh("The lamp is red.", [Cited(text, 1, 1, "")]).support.bears_out


def test_the_question_may_name_what_a_sentence_is_about() -> None:
    source = "By default the level is Bounded."
    claim = "In Zilliz, the default level is Bounded."
    assert not weighed(claim, source).support.bears_out
    assert weighed(claim, source, "What is it in Zilliz?").support.bears_out
    task = (
        "To install it on Windows with PowerShell, take the Bounded level by default."
    )
    asked = "How do I install it on Windows with PowerShell?"
    assert not weighed(task, source, asked).support.bears_out


@pytest.mark.parametrize(
    ("sentence", "source", "support"),
    [
        ("Die Lampe ist rot.", "Die Lampe ist rot und 12 cm hoch.", Support.STATED),
        ("Rot ist die Lampe.", "Die Lampe ist rot und 12 cm hoch.", Support.CLOSE),
        ("Der Tisch ist grün.", "Die Lampe ist rot und 12 cm hoch.", Support.UNCLEAR),
        ("系统的默认级别是有界。", "系统的默认级别是有界。", Support.STATED),
    ],
)
def test_other_languages_are_weighed_by_their_words(
    sentence: str, source: str, support: Support
) -> None:
    assert weighed(sentence, source).support is support


def test_names_in_each_others_place_are_no_foreign_language() -> None:
    source = "etcd stores metadata; MinIO stores entities."
    claim = "MinIO stores metadata; etcd stores entities."
    assert not weighed(claim, source).support.bears_out


def test_nothing_cited_bears_nothing_out() -> None:
    assert weigh("The lamp is red.", []).support is Support.NONE
    assert weigh("The lamp is red.", [cite("")]).support is Support.NONE


def test_a_sentence_that_is_too_long_is_not_borne_out() -> None:
    words = " ".join(f"word{number}" for number in range(LONGEST + 5))
    assert weighed(f"{words}.", f"{words}.").support is Support.UNCLEAR


@pytest.mark.parametrize("path", DOCS, ids=lambda each: each.stem)
def test_each_sentence_of_a_document_states_itself(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for unit in units_of(cite(text)):
        if not any(each.is_content for each in unit.said.tokens):
            continue  # a rule between paragraphs
        found = weigh(unit.text, [cite(text)])
        assert found.support is Support.STATED, unit.text


WORD_LIST = (
    "the a not no all some only node proxy index vector builds sends before after by "
    "is than more 5 64 `code` IVF_FLAT because if unless and or , . | - ] é 系 can must"
)
WORDS = st.sampled_from(WORD_LIST.split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)


@given(SENTENCES, SENTENCES)
def test_anything_is_weighed_and_a_word_stands_for_one_word(
    sentence: str, source: str
) -> None:
    assert weighed(sentence, source).support in Support
    places = align(read_sentence(sentence).tokens, read_sentence(source).tokens).places
    held = [place for place in places if place >= 0]
    assert len(held) == len(set(held))


@given(SENTENCES, st.sampled_from(["MinIO", "7,003", "unfounded", "quadruples"]))
def test_a_word_that_stands_nowhere_is_never_borne_out(source: str, new: str) -> None:
    claim = f"The {new} node is here, and {source}"
    assert not weighed(claim, source).support.bears_out


UNITS = [
    "node ", "a ", "the node builds an index. ", "before ", "not ", "five ", "`a` ",
    "' ", "n't ", "| ", "|a|b|c|\n", "- a\n", "# a\n", "a, ", "and ", "under ", "系",
    "a-", "<br>",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_text_takes_about_twice_the_time(unit: str) -> None:
    def seconds(times: int, *, of_claim: bool) -> float:
        text = unit * times
        other = "The node builds an index before the proxy is there."
        begun = process_time()
        weighed(*((text, other) if of_claim else (other, text)))
        return process_time() - begun + 0.002  # what no clock tells apart

    for of_claim in (True, False):
        sizes = (2000, 4000, 8000)
        for small, large in pairwise(sizes):
            assert any(
                seconds(large + n, of_claim=of_claim)
                < 3.5 * seconds(small + n, of_claim=of_claim)
                for n in range(5)
            )


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("No page says that Milvus stores metadata.", "Milvus stores metadata."),
        ("Contrary to the guide, Milvus stores metadata.", "Milvus stores metadata."),
        ("In no document, HNSW is the default.", "HNSW is the default."),
        ("Milvus evicts segments in memory.",
         "If the cache is full, Milvus evicts segments in memory."),
        ("No user has no access.", "No user has access."),
        ("The setting is important.", "The setting is imported."),
        ("It is so with them.", "The lamp is red."),
        ("Der Standard ist nicht Bounded.", "Der Standard ist Bounded."),
        ("The proxy answers searches, and starts after ten minutes.",
         "The proxy answers searches.\n\nPulsar starts after ten minutes."),
    ],
)  # fmt: skip
def test_what_a_reader_found_to_pass_does_not(sentence: str, source: str) -> None:
    assert not weighed(sentence, source).support.bears_out


def test_of_a_long_document_the_closest_sentences_are_weighed() -> None:
    text = "\n\n".join([*(f"The lamp {n} is red." for n in range(900)), SEALS])
    assert weighed(SEALS, text).support is Support.STATED


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("IVF_SQ8 is a better option.", r"IVF\_SQ8 is a better option."),
        (
            "Download an.exe file to install it.",
            "Download an `.exe` file to install it.",
        ),
        ("See the guide for more.", "See the [guide](guide.md) for more."),
    ],
)
def test_a_sentence_in_other_marks_is_the_same(sentence: str, source: str) -> None:
    assert weighed(sentence, source).support is Support.STATED
