"""How good the quoted answer is, which everybody without a model sees first.

    python tests/benchmarks/extractive.py [--data ../shared/data] [--libraries build]
                              [--half A|B] [--questions FILE] [--each] [--sets]

`extractive_questions.jsonl` holds questions over `examples/docs` and over Milvus's
documentation, with gold sentences. What the model does was chosen on halves A and B;
half C, written without sight of the code, reports. `--questions` asks those of another
file of the same form instead, each half that it names. For each half and kind:

- gold: the share of answerable questions with a gold sentence in the answer, and of
  those with several parts the share with one for each;
- off topic: the share of the lines quoted that are neither a gold nor right beside one
  (see `is_on_topic`); all lines of an answer to what nothing answers are;
- abstaining: how often it was right (precision), and how much of what it should have
  caught it caught (recall).

Beside it stand BM25's best sentence of the whole library and the embedder's best one of
the ten best passages; neither ever abstains. `--each` prints every answer of the half,
`--sets` asks milvus-faq-qa, mtrag-un and hotpotqa, whose labels name documents alone.
"""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from agent.answer import Answer
from agent.assistant import Assistant
from agent.conversations.conversation import Conversation
from agent.extractive.model import ExtractiveModel
from agent.settings.settings import Settings
from tests.benchmarks.extractive_cases import (
    FILE,
    Question,
    Shown,
    is_on_topic,
    read_cases,
)
from tests.benchmarks.extractive_sets import report_sets
from tools.embedding.loading import EmbedderRecipe
from tools.library.library import Library
from tools.text.sentences import find_sentences

ROOT = Path(__file__).parents[2]
CITELOOP = str(Path(sys.executable).with_name("citeloop"))
BASELINES = ("BM25's sentence", "the embedder's sentence")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question."""

    question: Question
    shown: tuple[Shown, ...]
    on_topic: int
    """How many of the lines shown are a gold or stand beside one."""
    answered: bool
    named: bool = False
    """Whether the part that nothing answers is named as missing."""
    seconds: float = 0.0

    @property
    def found(self) -> int:
        """The number of parts of the question with a gold among what is shown."""
        return sum(
            any(gold.stands_in(each) for gold in part for each in self.shown)
            for part in self.question.parts
        )


def outcome(
    question: Question,
    shown: Sequence[Shown],
    folder: Path,
    answer: Answer | None = None,
) -> Outcome:
    golds = [gold for part in question.parts for gold in part]
    return Outcome(
        question,
        tuple(shown),
        sum(is_on_topic(each, golds, folder) for each in shown),
        bool(shown) and (answer is None or answer.answered),
        answer is not None and _names_missing(question, answer),
        answer.seconds if answer else 0.0,
    )


def _names_missing(question: Question, answer: Answer) -> bool:
    return bool(question.missing) and question.missing in "; ".join(answer.missing)


def shown_by(answer: Answer) -> list[Shown]:
    """Return the lines that an answer quotes, each by itself; none if it abstains."""
    shown: list[Shown] = []
    for each in answer.citations if answer.answered else ():
        if each.document is None or each.start_line is None or each.end_line is None:
            continue
        rows = each.quote.split("\n")
        if len(rows) != each.end_line - each.start_line + 1:
            rows = [" ".join(rows)]
        for row, text in enumerate(rows):
            last = each.start_line + row if len(rows) > 1 else each.end_line
            if text.strip():
                shown.append(Shown(each.document, each.start_line + row, last, text))
    return shown


class Corpus:
    """The sentences of a folder, for the baselines."""

    def __init__(self, folder: Path, library: Library) -> None:
        self._library = library
        self._stemmer = Stemmer.Stemmer("english")
        self._sentences = [
            each for path in sorted(folder.rglob("*.md"))
            for each in _sentences(path.relative_to(folder).as_posix(),
                                   path.read_text().split("\n"), 1)
        ]  # fmt: skip
        self._index = bm25s.BM25()
        self._index.index(self._tokens([each.text for each in self._sentences]),
                          show_progress=False)  # fmt: skip

    def best(self, question: Question) -> list[Shown]:
        """Return BM25's best sentence and the embedder's."""
        asked = f"{question.before} {question.text}".strip()
        found, _ = self._index.retrieve(self._tokens([asked]), k=1, show_progress=False)
        hits = self._library.search([asked], 10)[0]
        near = [
            each for hit in hits
            for each in _sentences(hit.passage.document, hit.passage.text.split("\n"),
                                   hit.passage.start_line)
        ]  # fmt: skip
        embedder = self._library.embedder
        vectors = embedder.embed_passages([each.text for each in near])
        cosines = vectors @ embedder.embed_queries([asked])[0]
        return [self._sentences[int(found[0, 0])], near[int(np.argmax(cosines))]]

    def _tokens(self, texts: list[str]) -> bm25s.tokenization.Tokenized:
        return bm25s.tokenize(
            texts, stopwords="en", stemmer=self._stemmer, show_progress=False
        )


def _sentences(document: str, lines: list[str], first: int) -> Iterable[Shown]:
    for row, line in enumerate(lines, first):
        for start, end in find_sentences(line, 0, len(line)):
            text = line[start:end].strip()
            if not text.startswith("#") and len(text) > 3:
                yield Shown(document, row, row, text)


async def ask_all(
    questions: Sequence[Question], folder: Path, library: Library
) -> dict[str, list[Outcome]]:
    """Return the outcomes of the extractive model and of each baseline."""
    settings = Settings.load({"stream": False})
    assistant = Assistant(
        settings, library, ExtractiveModel(library.embedder, library=library)
    )
    corpus = Corpus(folder, library)
    outcomes: dict[str, list[Outcome]] = {"extractive": []}
    for each in questions:
        conversation = Conversation()
        if each.before:
            await assistant.ask(each.before, conversation)
        answer = await assistant.ask(each.text, conversation)
        outcomes["extractive"].append(outcome(each, shown_by(answer), folder, answer))
        for name, sentence in zip(BASELINES, corpus.best(each), strict=True):
            outcomes.setdefault(name, []).append(outcome(each, [sentence], folder))
        if OPTIONS.each:
            print_answer(each, answer, outcomes["extractive"][-1])
    await assistant.aclose()
    return outcomes


def print_answer(question: Question, answer: Answer, found: Outcome) -> None:
    asked = " → ".join(filter(None, (question.before, question.text)))
    verdict = f"{found.found}/{len(question.parts)} gold, "
    verdict += f"{found.on_topic}/{len(found.shown)} on topic"
    print(f"\n## {asked} ({question.kind}, {question.library}): {verdict}\n")
    print(answer.answer)
    if found.found < len(question.parts):
        print(
            "\ngold:", *(gold for part in question.parts for gold in part), sep="\n  "
        )


def row(name: str, outcomes: Sequence[Outcome]) -> str:
    """Return a line of the table."""
    answerable = [each for each in outcomes if each.question.parts]
    several = [each for each in answerable if len(each.question.parts) > 1]
    shown = sum(len(each.shown) for each in outcomes)
    for_answerable = sum(len(each.shown) for each in answerable)
    on_topic = sum(each.on_topic for each in outcomes)
    abstained = [each for each in outcomes if not each.answered]
    right = sum(not each.question.parts for each in abstained)
    wanted = len(outcomes) - len(answerable)
    cells = [
        name,
        str(len(outcomes)),
        share(sum(each.found > 0 for each in answerable), len(answerable)),
        share(
            sum(each.found == len(each.question.parts) for each in several),
            len(several),
        ),
        share(shown - on_topic, shown),
        share(for_answerable - on_topic, for_answerable),
        f"{shown / max(1, sum(each.answered for each in outcomes)):.1f}",
        share(right, len(abstained)),
        share(right, wanted),
    ]
    return f"| {' | '.join(cells)} |"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else ""


HEADER = """
| | asked | gold | each part | off topic | of answerable | lines | precision | recall |
|---|---|---|---|---|---|---|---|---|"""


def report(outcomes: dict[str, list[Outcome]], half: str) -> None:
    """Print what came of the questions of a half, by kind, and the baselines."""
    chosen = {
        name: [each for each in found if each.question.half == half]
        for name, found in outcomes.items()
    }
    ours = chosen["extractive"]
    print(f"\n### Half {half}\n{HEADER}")
    print(row("**extractive**", ours))
    for name in BASELINES:
        print(row(name, chosen[name]))
    for name, unseen in (("written unseen", True), ("written seen", False)):
        print(row(name, [each for each in ours if each.question.unseen is unseen]))
    for library in ("examples", "milvus"):
        print(row(library, [each for each in ours if each.question.library == library]))
    for kind in dict.fromkeys(each.question.kind for each in ours):
        print(row(kind, [each for each in ours if each.question.kind == kind]))
    missing = [each for each in ours if each.question.missing]
    seconds = sorted(each.seconds for each in ours) or [0.0]
    print(f"\nParts that nothing answers named: {sum(each.named for each in missing)} "
          f"of {len(missing)}; seconds a question: {seconds[len(seconds) // 2]:.2f} "
          f"(median), {seconds[-1]:.2f} (most)")  # fmt: skip


def main() -> int:
    """Ingest the folders and ask the questions about them."""
    if OPTIONS.sets:
        report_sets(OPTIONS.data, OPTIONS.libraries)
        return 0
    folders = {
        "examples": ROOT / "examples" / "docs",
        "milvus": OPTIONS.data / "milvus-docs" / "en",
    }
    cases = read_cases(OPTIONS.questions)
    halves = OPTIONS.half or sorted({each.half for each in cases})
    outcomes: dict[str, list[Outcome]] = {}
    for name, folder in folders.items():
        if not folder.is_dir():
            print(f"Skipped: there is no {folder}", file=sys.stderr)
            continue
        path = OPTIONS.libraries / f"extractive-{name}.db"
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [CITELOOP, "ingest", str(folder), "--library", str(path)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        library = Library.open(str(path), EmbedderRecipe("minilm").load())
        asked = [each for each in cases
                 if each.library == name and each.half in halves]  # fmt: skip
        for method, found in asyncio.run(ask_all(asked, folder, library)).items():
            outcomes.setdefault(method, []).extend(found)
    for half in halves:
        report(outcomes, half)
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--libraries", type=Path, default=ROOT / "build")
    parser.add_argument(
        "--half", choices=["A", "B", "C", "AB"], help="all if not named"
    )
    parser.add_argument("--questions", type=Path, default=FILE,
                        help="ask those of another file")  # fmt: skip
    parser.add_argument("--each", action="store_true", help="print every answer")
    parser.add_argument("--sets", action="store_true", help="ask other sets' questions")
    return parser.parse_args()


if __name__ == "__main__":
    OPTIONS = read_options()
    sys.exit(main())
