"""The extractive model on sets whose labels name documents, for `extractive.py`."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.answer import Answer
from agent.assistant import Assistant
from agent.extractive.model import ExtractiveModel
from agent.settings.settings import Settings
from tests.benchmarks.abstention import read_question
from tools.embedding.loading import EmbedderRecipe
from tools.library.library import Library

__all__ = ["report_sets"]

SETS = ("milvus-faq-qa", "mtrag-un", "hotpotqa")
CITELOOP = str(Path(sys.executable).with_name("citeloop"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set with its gold documents; none where nothing answers it."""

    text: str
    gold: frozenset[str]
    conversation: Any = None


def report_sets(data: Path, libraries: Path) -> None:
    """Print a line for each set."""
    print("| set | asked | answered | with a gold document | gold of those quoted "
          "| abstained rightly |\n|---|---|---|---|---|---|")  # fmt: skip
    for name in SETS:
        if not (data / name).is_dir():
            print(f"Skipped: there is no {data / name}", file=sys.stderr)
            continue
        path = libraries / f"{name}.db"
        command = [CITELOOP, "ingest", str(data / name), "--library", str(path)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        asked = read_asked(data / name)
        print(line(name, asked, asyncio.run(ask_all(asked, path))))


def read_asked(folder: Path) -> list[Asked]:
    gold: dict[str, set[str]] = {}
    for judged in (folder / "dev" / "qrels.tsv").read_text().splitlines()[1:]:
        query, document, grade = judged.split("\t")
        if int(grade) > 0:
            gold.setdefault(query, set()).add(document)
    lines = (folder / "dev" / "queries.jsonl").read_text().splitlines()
    return [_asked(json.loads(each), gold) for each in lines]


def _asked(record: dict[str, Any], gold: dict[str, set[str]]) -> Asked:
    documents = frozenset(gold.get(record["_id"], ()))
    if "messages" not in record:
        return Asked(record["text"], documents)
    question = read_question(record)
    answerable = question.label != "UNANSWERABLE"
    return Asked(question.text, documents if answerable else frozenset(),
                 question.conversation())  # fmt: skip


async def ask_all(asked: list[Asked], path: Path) -> list[Answer]:
    library = Library.open(str(path), EmbedderRecipe("minilm").load())
    settings = Settings.load({"stream": False})
    assistant = Assistant(
        settings, library, ExtractiveModel(library.embedder, library=library)
    )
    try:
        return [await assistant.ask(each.text, each.conversation) for each in asked]
    finally:
        await assistant.aclose()


def line(name: str, asked: list[Asked], answers: list[Answer]) -> str:
    pairs = list(zip(asked, answers, strict=True))
    known = [(each, answer) for each, answer in pairs if each.gold]
    quoted = [
        (document, each.gold) for each, answer in known if answer.answered
        for document in {str(cited.document) for cited in answer.citations}
    ]  # fmt: skip
    unanswerable = [answer for each, answer in pairs if not each.gold]
    abstained = sum(not answer.answered for answer in unanswerable)
    right = sum(any(document in gold for document, gold in quoted if gold is each.gold)
                for each, _ in known)  # fmt: skip
    cells = [
        name,
        str(len(asked)),
        str(sum(answer.answered for answer in answers)),
        f"{right / max(1, len(known)):.2f}",
        f"{sum(doc in gold for doc, gold in quoted) / max(1, len(quoted)):.2f}",
        f"{abstained} of {len(unanswerable)}",
    ]
    return f"| {' | '.join(cells)} |"
