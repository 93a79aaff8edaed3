import numpy as np

from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.documents.splitting import split_document
from tools.embedding.context import embed_passages, embedded_text
from tools.embedding.embedder import Embedder
from tools.library.full_text import full_text, query_words


def _passages(text: str, embedder: Embedder) -> list[Passage]:
    document = Document("a.md", "A", text, "markdown", "here")
    return split_document(document, embedder.count_tokens, embedder.max_tokens)


def test_a_questions_own_words_are_not_searched_for() -> None:
    assert query_words("How does Milvus flush its segments?") == "Milvus flush segments"


def test_a_query_of_nothing_but_such_words_stays_as_it_is() -> None:
    assert query_words("what can it do") == "it"
    assert query_words("how do I") == "how do I"


def test_names_are_searched_for_whole_and_by_their_parts() -> None:
    assert query_words("OomObserver parseHTTPHeader2") == (
        "OomObserver parseHTTPHeader2 Oom Observer parse HTTP Header 2"
    )


def test_chinese_queries_are_left_whole() -> None:
    assert query_words("向量数据库如何存储数据？") == "向量数据库如何存储数据"


def test_headings_count_twice_and_parts_once(embedder: Embedder) -> None:
    (passage,) = _passages("# Life of OomObserver\n\nIt observes.", embedder)
    text = full_text(passage)
    assert text.count("Life of OomObserver") == 3  # the heading line is text as well
    assert "Oom Observer" in text
    assert "Oom Observer" not in embedded_text(passage)


def test_passages_of_a_document_are_drawn_to_its_middle(embedder: Embedder) -> None:
    text = "\n\n".join(f"# Part {n}\n\nThe {n}th kind of index." for n in range(4))
    passages = _passages(text, embedder)
    plain = embedder.embed_passages([embedded_text(each) for each in passages])
    moved = embed_passages(embedder, passages)
    middle = plain.mean(0) / np.linalg.norm(plain.mean(0))
    assert np.allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-5)
    assert (moved @ middle > plain @ middle).all()
    alone = embed_passages(embedder, passages[:1])
    assert np.allclose(alone, plain[:1], atol=1e-5)
