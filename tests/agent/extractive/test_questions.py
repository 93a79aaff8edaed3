import pytest

from agent.extractive.plan import find_subjects
from agent.extractive.questions import content_words, read_wanted, split_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How is data stored?", ["How is data stored"]),
        (
            "How is data stored, and what keeps the metadata?",
            ["How is data stored", "what keeps the metadata"],
        ),
        ("What is HNSW? What is IVF?", ["What is HNSW", "What is IVF"]),
        ("Compare search and fetch.", ["Compare search and fetch."]),
        ("数据存在哪里？谁保存元数据？", ["数据存在哪里", "谁保存元数据"]),
    ],
)
def test_a_question_is_split_into_what_can_be_searched(
    question: str, parts: list[str]
) -> None:
    assert split_question(question) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deletion", "deleted"),
        ("processes", "process"),
        ("installed", "installation"),
        ("sealed", "seal"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert content_words(one) == content_words(other)


def test_a_name_of_several_words_counts_as_a_whole_and_as_its_words() -> None:
    assert {"max_length", "max", "length"} <= content_words("its max_length")


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What is the difference between a search and a query?", ("search", "query")),
        ("RRFRanker vs WeightedRanker", ("RRFRanker", "WeightedRanker")),
        ("How does insert differ from upsert?", ("insert", "upsert")),
        ("Compare HNSW with DiskANN", ("HNSW", "DiskANN")),
        ("What is a shard?", ()),
    ],
)
def test_what_a_question_compares_is_known(
    question: str, sides: tuple[str, ...]
) -> None:
    assert read_wanted(question).sides == sides


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What is a shard?", "shard"),
        ("Explain multi-tenancy", "multi-tenancy"),
        ("What does recall mean?", "recall"),
        ("What is the default of nprobe?", ""),
        ("How do I create an index?", ""),
    ],
)
def test_what_is_to_be_defined_is_known(question: str, subject: str) -> None:
    assert read_wanted(question).subject == subject


def test_what_a_question_asks_for_is_known() -> None:
    assert read_wanted("How do I create an index?").how
    assert read_wanted("Which port is the default?").default
    assert read_wanted("How many fields are there?").quantity
    assert read_wanted("Since when is there BM25?").opening == "since when"
    assert read_wanted("Does Milvus run on Windows 11?").names == {
        "milvu", "window", "11",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "before", "query"),
    [
        ("What are its parameters?", "What is HNSW?", "What are HNSW parameters"),
        ("Why is that?", "What is HNSW?", "Why is HNSW?"),
        (
            "Does it need disks?",
            "How fast is DiskANN?",
            "How fast is DiskANN? Does it need disks",
        ),
        ("What is IVF?", "What is HNSW?", "What is IVF"),
        ("What are its parameters?", "", "What are its parameters"),
    ],
)
def test_what_points_back_is_searched_with_what_it_points_to(
    question: str, before: str, query: str
) -> None:
    assert [found for _, found in find_subjects(question, before)] == [query]


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many fields can a collection have?", True),
        ("What does Zilliz Cloud cost per month?", True),
        ("What is the monthly price of a plan?", True),
        ("How do I resolve the error?", False),
        ("What does DiskANN keep in memory?", False),
        ("Does a cost model exist?", False),
    ],
)
def test_some_questions_ask_for_a_count_or_a_price(
    question: str, counted: bool
) -> None:
    assert read_wanted(question).counted is counted
