"""Documents in other languages than English, and what front matter says of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.embedding.embedder import Embedder
from tools.embedding.endpoint import EndpointEmbedder, known_prefixes
from tools.errors import WhereError
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.library.where import parse_where
from tools.milvus.analyzers import analyzer_for
from tools.milvus.stemming import in_pairs
from tools.text.language import detect_language

CHINESE = {
    "storage.md": "---\nlang: zh\nteam: 存储\n---\n# 数据如何存储\n\n"
    "插入的数据先写入消息队列，再由数据节点写成增量日志，保存在对象存储里。",
    "index.md": "---\nlang: zh\n---\n# 索引类型\n\n"
    "内存不足时可以使用磁盘索引。倒排索引把向量分成若干个桶，查询时只扫描最近的几个桶。",
    "backup.md": "---\nlang: zh\n---\n# 备份与恢复\n\n"
    "备份工具把元数据和段文件一起导出；恢复时先建立集合，再导入段文件。",
    "access.md": "---\nlang: zh\n---\n# 访问控制\n\n"
    "管理员为用户授予角色，角色拥有权限。忘记密码的用户由管理员重置密码。",
}
QUESTIONS = {
    "忘记密码怎么办？": "access.md",
    "磁盘索引什么时候使用？": "index.md",
    "恢复时先做什么？": "backup.md",
    "增量日志保存在哪里？": "storage.md",
}


FULL_TEMPORARY_FOLDER = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
from tools.errors import LibraryError
from tools.text.language import detect_language
try:
    detect_language(["A growing segment is sealed once it is full."] * 5)
except LibraryError as error:
    print(error)
"""


@pytest.fixture
def chinese(tmp_path: Path, empty_library: Library) -> Library:
    folder = tmp_path / "中文"
    folder.mkdir()
    for name, text in CHINESE.items():
        (folder / name).write_text(text, encoding="utf-8")
    ingest([str(folder)], empty_library)
    return empty_library


def test_the_first_documents_decide_how_words_are_split(chinese: Library) -> None:
    assert chinese.identity.language == "zh"
    assert chinese.identity.analyzer == "chinese"


@pytest.mark.parametrize(("question", "document"), QUESTIONS.items())
def test_chinese_questions_are_answered_by_their_words(
    chinese: Library, question: str, document: str
) -> None:
    if not chinese.identity.full_text:
        pytest.skip("this engine has no full-text search")
    hits = chinese.search([question], 3)[0]
    assert hits[0].passage.document == document


def test_full_text_finds_what_the_english_embedder_cannot(chinese: Library) -> None:
    if not chinese.identity.full_text:
        pytest.skip("this engine has no full-text search")
    names = {each.key: each.passage.document for each in chinese.stored()}
    queries = list(QUESTIONS)
    best = [
        [names[max(scores, key=scores.__getitem__)] for scores in route]
        for route in (chinese.full_text(queries, 10), chinese.nearest(queries, 10))
    ]
    assert best[0] == list(QUESTIONS.values())
    assert best[1] != list(QUESTIONS.values())


def test_a_language_that_the_embedder_does_not_read_is_said(chinese: Library) -> None:
    assert chinese.notice is not None
    assert '"zh"' in chinese.notice
    assert "multilingual" in chinese.notice


def test_english_documents_need_no_notice_of_their_language(library: Library) -> None:
    assert library.identity.analyzer == "english"
    assert "multilingual" not in (library.notice or "")


def test_an_analyzer_that_is_named_is_taken(tmp_path: Path, embedder: Embedder) -> None:
    path = str(tmp_path / "named.db")
    with Library.open(path, embedder, create=True, analyzer="standard") as made:
        made.prepare(["The language of this text is English, as you see."])
        assert (made.identity.analyzer, made.identity.language) == ("standard", "en")
    with Library.open(path, embedder) as again:
        assert again.identity.analyzer == "standard"


def test_a_library_without_documents_is_empty_in_every_way(
    empty_library: Library,
) -> None:
    assert empty_library.names() == {}
    assert empty_library.summaries() == []
    assert empty_library.passages("a.md") == []
    assert empty_library.count() == 0
    empty_library.prepare()
    assert empty_library.names() == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A growing segment is sealed once it is full.", "en"),
        ("Ein wachsendes Segment wird versiegelt, sobald es voll ist.", "de"),
        ("数据如何存储？先写入消息队列。", "zh"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect_language([text] * 5) == language


def test_texts_without_a_common_language_count_as_english() -> None:
    assert detect_language([]) == "en"
    assert detect_language(["x = 1", "wird versiegelt sobald es voll ist"]) == "en"


def test_each_language_has_an_analyzer() -> None:
    assert [analyzer_for(each) for each in ("en", "zh", "fi")] == [
        "english",
        "chinese",
        "standard",
    ]


def test_chinese_is_cut_in_pairs_where_the_engine_knows_no_words() -> None:
    assert in_pairs("存储 data 在磁盘").split() == ["存储", "data", "在磁", "磁盘"]
    assert in_pairs("在").split() == ["在"]


def test_front_matter_restricts_a_search(chinese: Library) -> None:
    hits = chinese.search(["段文件"], 10, parse_where("team=存储"))[0]
    assert {hit.passage.document for hit in hits} == {"storage.md"}
    assert chinese.search(["段文件"], 10, parse_where("lang=zh and team=x")) == [[]]
    with pytest.raises(WhereError, match="there are document, title, lang, team"):
        chinese.search(["段文件"], 10, parse_where("owner=x"))


def test_models_that_want_prefixes_are_known() -> None:
    assert known_prefixes("intfloat/multilingual-e5-base") == ("query: ", "passage: ")
    assert known_prefixes("nomic-embed-text") == ("search_query: ", "search_document: ")
    assert known_prefixes("bge-m3") == ("", "")
    plain = EndpointEmbedder("bge-m3", "http://localhost:1/v1")
    own = EndpointEmbedder("bge-m3", "http://localhost:1/v1", passage_prefix="p: ")
    assert plain.identity == "endpoint:bge-m3"
    assert own.identity != plain.identity


def test_a_full_temporary_folder_is_told() -> None:
    pytest.importorskip("resource", reason="limits of a process are a matter of POSIX")
    command = [sys.executable, "-B", "-c", FULL_TEMPORARY_FOLDER]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "took no more (File too large). Free some space there" in done.stdout


TERSE = {
    "a reference": "# /v1/items\n\n### GET /v1/items/{id}\n\n"
    "Parameters: id (int), limit (int), cursor (str)\n\nReturns: Item\n",
    "options": "Options: verbose, quiet, dry-run, force, recursive\n",
    "a table": "| Name | Type | Default |\n|---|---|---|\n| id | int | null |\n"
    "| cursor | str | nil |\n",
    "a changelog": "## 1.2.0\n\n- Minor patch: updates deps; drops Python support\n"
    "- Adds retries, limits, timeouts\n",
    "code": "```sh\npompa --versio nova --limite inferior --terminus est\n```\n",
    "statuses": "alias, cursor, index, matrix, radius, status, terminus, vertex\n",
    "cities": "Paris London Berlin Madrid Rome Vienna Prague Lisbon\n",
    "units": "temp sensor min max avg unit celsius\n",
    "a signature": "int main argc argv return exit code status\n",
    "coffee": "Coffee, croissant, espresso, latte, cappuccino, mocha\n",
    "identifiers": "SegmentId, VectorIndex, CollectionName, PartitionKey, Field\n",
    "numbers": "12 34 56 78\n90 12 34 56\n",
    "addresses": "https://example.org/a/de/index https://example.org/fr/la/le/les\n",
    "nothing": "",
}


@pytest.mark.parametrize("count", [1, 6, 250])
@pytest.mark.parametrize("text", TERSE.values(), ids=TERSE)
def test_a_page_without_prose_has_no_language_and_counts_as_english(
    text: str, count: int
) -> None:
    assert detect_language([text] * count) == "en"


PROSE = {
    "de": "Die Pumpe läuft, solange der Druck unter dem Grenzwert bleibt.",
    "fr": "La pompe fonctionne tant que la pression reste sous la limite.",
    "es": "La bomba funciona mientras la presión se mantenga por debajo del límite.",
    "it": "La pompa funziona finché la pressione rimane sotto il limite.",
    "nl": "De pomp draait zolang de druk onder de grens blijft.",
    "pl": "Pompa działa, dopóki ciśnienie pozostaje poniżej granicy.",
    "ru": "Насос работает, пока давление остаётся ниже предела.",
    "tr": "Basınç sınırın altında kaldığı sürece pompa çalışır.",
    "ja": "圧力が限界を下回っている間、ポンプは動作します。",
    "ko": "압력이 한계 이하로 유지되는 동안 펌프가 작동합니다.",
    "zh": "只要压力低于限值，水泵就会继续运行。",
    "la": "Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae.",
    "en": "The pump runs as long as the pressure stays below the limit.",
}


@pytest.mark.parametrize(("language", "text"), PROSE.items())
def test_a_little_prose_among_pages_without_any_tells_the_language(
    language: str, text: str
) -> None:
    texts = [TERSE["a reference"], text, TERSE["a table"], f"# x\n\n- {text}", text]
    assert detect_language(texts) == language


def test_the_pages_are_summed_up() -> None:
    texts = [PROSE["en"], PROSE["en"], PROSE["de"]] * 20
    assert detect_language(texts) == "en"
    assert detect_language([PROSE["de"]] * 30 + [PROSE["en"]] * 5) == "de"
