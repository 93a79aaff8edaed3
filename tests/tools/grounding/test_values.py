import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.grounding.values.support import find_values, unsupported_values


def missing(statement: str, *excerpts: str, context: str = "") -> list[str]:
    return [each.text for each in unsupported_values(statement, excerpts, context)]


@pytest.mark.parametrize(
    ("statement", "excerpt"),
    [
        ("It holds 1,000 rows.", "at most 1000 rows"),
        ("It holds 32k tokens.", "32,000 tokens"),
        ("It holds 1.5 million rows.", "1500000 rows"),
        ("It takes 16 GB.", "It takes 16GB of memory"),
        ("It takes 16.", "It takes 16 GB of memory"),
        ("It has 3 parts.", "It has three parts"),
        ("It came on March 5, 2024.", "released 2024-03-05"),
        ("It came on 5 March 2024.", "released Mar. 5, 2024"),
        ("It came in March 2024.", "released 2024-03-05"),
        ("It came in 2024.", "released 2024-03-05"),
        ("它于2024年3月5日发布。", "released 2024-03-05"),
        ("Since v2.4 it is so.", "since Milvus 2.4.1"),
        ("Since 2.4.1 it is so.", "since v2.4.1"),
        ("It is kept by MinIO.", "objects go to minio"),
        ("It is set by `segment.maxSize`.", "dataCoord.segment.maxSize is 512"),
        ("It uses HNSWs a lot.", "HNSW is a graph"),
        ("Lamps are red.", "The lamp is red"),
        ("So the WAL is used.", "a write-ahead log is kept"),
        ("It keeps an Amazon Resource Name.", "it keeps an ARN"),
        ("It is the Bureau of Land Management's.", "it is of the BLM"),
        ("Two Israeli pilots came.", "two pilots of Israel came"),
        ("Two Austrians came.", "two people from Austria came"),
        ("The Query Nodes load it.", "the query node loads it"),
        ("So Data Clustering helps.", "clusters of data help"),
        ("Uses Kafka’s log.", "KAFKA keeps a log"),
        ("It has 25 machines.", "it has twenty - five machines"),
        ("It lost 5 million dollars.", "they lost 5 mln dollars"),
    ],
)
def test_values_written_in_another_way_are_supported(
    statement: str, excerpt: str
) -> None:
    assert missing(statement, excerpt) == []


@pytest.mark.parametrize(
    ("statement", "excerpt", "values"),
    [
        ("It holds 1,000 rows.", "at most 10,000 rows", ["1,000"]),
        ("It holds 2 million rows.", "2 billion rows", ["2 million"]),
        ("It takes 16 MB.", "It takes 16 GB", ["16 MB"]),
        ("It took 90% of it.", "It took 80% of it", ["90%"]),
        ("It is -5 now.", "It is 5 now", ["-5"]),
        ("It is 2.10 now.", "It is 2.1 now", ["2.10"]),
        ("It came on March 6, 2024.", "released 2024-03-05", ["March 6, 2024"]),
        ("It came on 2024-03-05.", "released in March 2024", ["2024-03-05"]),
        ("Since v2.5 it is so.", "since v2.4.1", ["v2.5"]),
        ("It is kept by MinIO.", "objects go to etcd", ["MinIO"]),
        ("It is told by Ada Wu.", "It is told by someone", ["Ada", "Wu"]),
        ("It came on 5 of them.", "released 2024-03-05", ["5"]),
        ("It is Strong there.", "It is Bounded there", ["Strong"]),
        ("In Iran it rains.", "In Iraq it rains", ["Iran"]),
        ("So two Australians came.", "two from Austria came", ["Australians"]),
        ("So the AI is it.", "as in the night", ["AI"]),
        ("So the WAL is used.", "we lag always", ["WAL"]),
        ("It keeps a Resource Name.", "it keeps an AMI", ["Resource", "Name"]),
    ],
)
def test_values_that_no_excerpt_holds_are_named(
    statement: str, excerpt: str, values: list[str]
) -> None:
    assert missing(statement, excerpt) == values


def test_context_bears_out_names_and_no_numbers() -> None:
    context = "What does Milvus 2.4 keep in MinIO?"
    assert missing("In Milvus 2.4 it is in MinIO.", "it is there", context=context) == [
        "2.4"
    ]


def test_several_excerpts_are_taken_together() -> None:
    assert missing("It takes 3 GB and 5 s.", "3 GB", "5 s") == []


def test_the_first_word_of_a_sentence_is_no_name_unless_it_is_written_as_one() -> None:
    assert missing("Segments are sealed.", "x") == []
    assert missing("MinIO is used.", "x") == ["MinIO"]


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_number_is_supported_by_itself_alone(one: int, other: int) -> None:
    found = missing(f"It holds {one:,} rows.", f"It holds {other} rows.")
    assert found == ([] if one == other else [f"{one:,}"])


@given(st.text(max_size=60))
def test_every_value_stands_in_the_text(text: str) -> None:
    assert all(each.text in text for each in find_values(text))
