"""Whether a sentence of a source says again what a sentence of an answer says."""

from time import process_time

import pytest

from tools.grounding.restating import restates, without_framing

PORT = "The proxy listens on port 19530 and keeps a pool of ten workers."
SEGMENTS = "A data node writes sealed segments to object storage every 10 minutes."
SWITCH = "The cache is not cleared when the proxy restarts."
RIVERS = (
    "The Meuse flows from Pouilly in France through Namur to the North Sea in 1993."
)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The proxy listens on port 19530.", PORT),
        ("According to the documentation, the proxy listens on port 19530.", PORT),
        ("The proxy also listens on port 19530.", PORT),
        ("The proxy keeps a pool of ten workers.", PORT),
        ("The proxy keeps a pool of 10 workers.", PORT),
        ("Data nodes write sealed segments to the object storage.", SEGMENTS),
        ("To storage, a data node writes sealed segments.", SEGMENTS),
        ("The cache isn't cleared when the proxy restarts.", SWITCH),
        ("The cache is not cleared when a proxy is restarted.", SWITCH),
        ("The Meuse flows from Pouilly by Namur to the North Sea.", RIVERS),
        ("The limit is 1000 fields.", "The limit is 1,000 fields."),
        ("The limit is 1,000 fields.", "The limit is 1000 fields per collection."),
        ("数据节点将数据段写入对象存储。", "数据节点将封存的数据段写入对象存储。"),
        ("Segments are flushed to storage.", "Seg-\nments are flushed to storage."),
    ],
)
def test_the_same_in_its_words_and_order_is_said_again(
    claim: str, sentence: str
) -> None:
    assert restates(claim, sentence)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The proxy listens on port 19531.", PORT),
        ("The proxy keeps a pool of nine workers.", PORT),
        ("The coordinator listens on port 19530.", PORT),
        ("The proxy closes port 19530 for good.", PORT),
        ("The proxy never listens on port 19530.", PORT),
        ("The proxy may listen on port 19530.", PORT),
        ("The proxy listens only on port 19530.", PORT),
        ("The proxy listens on port 19530 securely.", PORT),
        ("A data node reads sealed segments from object storage.", SEGMENTS),
        ("A data node writes growing segments to object storage.", SEGMENTS),
        ("The cache is cleared when the proxy restarts.", SWITCH),
        ("The cache is cleared.", SWITCH),
        ("The Meuse flows from Namur by Pouilly to the North Sea.", RIVERS),
        ("The Meuse flows to the North Sea in 1994.", RIVERS),
        ("Milvus loads segments.", "Milvus loads segments only if asked."),
        ("Milvus loads segments.", "Milvus loads segments unless told otherwise."),
        ("Milvus loads segments.", "Milvus might load segments."),
        (
            "Complete these steps now.",
            "If you don’t have these, complete no steps now.",
        ),
        ("A node keeps 5 replicas and 3 logs.", "A node keeps 3 replicas and 5 logs."),
        ("Claude for Sheets calls Gmail.", "Gmail for Sheets calls Claude."),
        ("The mode is version 2.00 now.", "The mode is version 2.0 now."),
        ("对象存储将数据节点写入数据段。", "数据节点将数据段写入对象存储。"),
        ("It is so.", "It is so in all of them."),
        ("The trail does log the event.", "This causes the trail to log a data event."),
        ("It keeps a pool of ten workers.", PORT),
        ("", PORT),
        (PORT, ""),
    ],
)
def test_another_word_in_a_place_is_another_fact(claim: str, sentence: str) -> None:
    assert not restates(claim, sentence)


def test_what_a_source_is_about_may_be_named_from_its_title() -> None:
    sentence = "It loads sealed segments into memory."
    assert restates(
        "The query node loads sealed segments into memory.", sentence, "Query node"
    )
    assert restates(
        "In Milvus, it loads sealed segments into memory.", sentence, "Milvus"
    )
    assert not restates("The proxy loads sealed segments into memory.", sentence)
    strong = "Bounded staleness is the default level."
    assert not restates("Strong staleness is the default level.", strong, "Strong")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("According to the documentation, it is so.", "it is so."),
        ("In addition, it is so.", "it is so."),
        ("In Paris, it is so.", "In Paris, it is so."),
        ("It is so, in addition, there.", "It is so, in addition, there."),
        ("Without a comma it is so.", "Without a comma it is so."),
    ],
)
def test_a_beginning_that_frames_a_sentence_is_none_of_its_fact(
    text: str, rest: str
) -> None:
    assert without_framing(text) == rest


def test_the_longest_sentences_are_compared_in_no_time() -> None:
    words = [f"word{n % 7}" for n in range(5000)]
    started = process_time()
    assert not restates(" ".join(words), " ".join(reversed(words)))
    assert not restates(" ".join(words[:99]), " ".join(reversed(words[:99])))
    assert process_time() - started < 2
