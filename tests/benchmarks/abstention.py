"""How well the extractive model knows what the documents do not answer.

    python tests/benchmarks/abstention.py [--data ../shared/data] [--libraries build]
                                          [--choose]

The questions of mtrag-un's dev queries come with the conversation before them. Half of
them (by a hash of the id) were there to choose the bar below which nothing is quoted;
the others are asked. Of the answerable and the unanswerable ones is reported how often
abstaining was right (precision) and how many of the unanswerable ones it caught
((recall), with 95 % intervals by a bootstrap over the questions. `--choose` asks the
first half with other bars instead.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from agent.answer import Answer, Usage
from agent.assistant import Assistant
from agent.conversations.conversation import Conversation
from agent.extractive.model import ExtractiveModel
from agent.extractive.quoting import FITTING
from agent.settings.settings import Settings
from tools.embedding.embedder import Embedder, Vectors
from tools.embedding.loading import EmbedderRecipe
from tools.library.library import Library

ROOT = Path(__file__).parents[2]
CITELOOP = str(Path(sys.executable).with_name("citeloop"))
SET = "mtrag-un"
RESAMPLES = 2000
BARS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Question:
    """The last turn of a conversation, and whether the documents answer it."""

    id: str
    text: str
    before: tuple[tuple[str, str], ...]
    """Earlier questions with their answers."""
    label: str
    """ANSWERABLE, UNANSWERABLE, PARTIAL or UNDERSPECIFIED."""

    @property
    def is_for_choosing(self) -> bool:
        return blake2b(self.id.encode(), digest_size=1).digest()[0] % 2 == 0

    def conversation(self) -> Conversation:
        return Conversation(answers=[said(*each) for each in self.before])


def said(question: str, answer: str) -> Answer:
    """Return an answer that was given before, of which only the words are known."""
    return Answer(
        question=question,
        answer=answer,
        answered=True,
        citations=(),
        grounded=False,
        stop_reason="answered",
        model="mtrag-un",
        depth="medium",
        turns=1,
        trajectory=(),
        usage=Usage(),
        seconds=0.0,
    )


def read_questions(folder: Path) -> list[Question]:
    lines = (folder / "dev" / "queries.jsonl").read_text().splitlines()
    return [read_question(json.loads(line)) for line in lines]


def read_question(record: dict[str, Any]) -> Question:
    texts = [each["content"] for each in record["messages"]]
    before = tuple(zip(texts[:-1:2], texts[1:-1:2], strict=True))
    return Question(record["_id"], texts[-1], before, record["answerability"])


class Remembering:
    """An embedder that embeds each text once: the bars differ in nothing else."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self.identity = embedder.identity
        self.dimension = embedder.dimension
        self.language = embedder.language
        self.max_tokens = embedder.max_tokens
        self.embed_queries = embedder.embed_queries
        self.count_tokens = embedder.count_tokens

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            vectors = self._embedder.embed_passages(new)
            self._known |= dict(zip(new, vectors, strict=True))
        return np.stack([self._known[text] for text in texts])


Outcome = tuple[Question, bool]
"""A question, and whether it was answered."""


async def ask_all(
    questions: list[Question], path: Path, embedder: Embedder, bar: float
) -> list[Outcome]:
    settings = Settings.load({"library": str(path), "stream": False})
    model = ExtractiveModel(embedder, bar)
    assistant = Assistant(settings, Library.open(str(path), embedder), model)
    try:
        return [
            (each, (await assistant.ask(each.text, each.conversation())).answered)
            for each in questions
        ]
    finally:
        await assistant.aclose()


def precision_and_recall(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Return how often abstaining was right, and how much of what it should catch."""
    abstained = [each for each, answered in outcomes if not answered]
    right = sum(each.label == "UNANSWERABLE" for each in abstained)
    wanted = sum(each.label == "UNANSWERABLE" for each, _ in outcomes)
    return right / max(1, len(abstained)), right / max(1, wanted)


def judged(outcomes: Sequence[Outcome]) -> list[Outcome]:
    labels = {"ANSWERABLE", "UNANSWERABLE"}
    return [outcome for outcome in outcomes if outcome[0].label in labels]


def with_interval(outcomes: list[Outcome]) -> list[str]:
    chance = np.random.default_rng(7)
    picks = chance.integers(0, len(outcomes), (RESAMPLES, len(outcomes)))
    resampled = [precision_and_recall([outcomes[at] for at in pick]) for pick in picks]
    low, high = np.percentile(np.array(resampled), [2.5, 97.5], axis=0)
    means = precision_and_recall(outcomes)
    return [
        f"{mean:.2f} ({least:.2f} to {most:.2f})"
        for mean, least, most in zip(means, low, high, strict=True)
    ]


def choose(questions: list[Question], path: Path, embedder: Embedder) -> None:
    print("| bar | abstained | precision | recall | F1 |")
    print("|---|---|---|---|---|")
    for bar in BARS:
        outcomes = asyncio.run(ask_all(questions, path, embedder, bar))
        precision, recall = precision_and_recall(outcomes)
        both = 2 * precision * recall / max(1e-9, precision + recall)
        abstained = sum(not answered for _, answered in outcomes)
        print(
            f"| {bar:.2f} | {abstained} | {precision:.2f} | {recall:.2f} | {both:.2f} |"
        )


def report(questions: list[Question], path: Path, embedder: Embedder) -> None:
    outcomes = asyncio.run(ask_all(questions, path, embedder, FITTING))
    asked = Counter(each.label for each, _ in outcomes)
    abstained = Counter(each.label for each, answered in outcomes if not answered)
    print(f"| label | asked | abstained, at a bar of {FITTING} |")
    print("|---|---|---|")
    for label, count in asked.most_common():
        print(f"| {label} | {count} | {abstained[label]} |")
    precision, recall = with_interval(judged(outcomes))
    print(f"\nAbstention: precision {precision}, recall {recall}")


def main() -> int:
    """Ingest the set and ask its questions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--libraries", type=Path, default=ROOT / "build")
    parser.add_argument("--choose", action="store_true", help="try other bars")
    options = parser.parse_args()
    folder, path = options.data / SET, options.libraries / f"{SET}.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [CITELOOP, "ingest", str(folder), "--library", str(path)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    questions = read_questions(folder)
    embedder = Remembering(EmbedderRecipe("minilm").load())
    if options.choose:
        first = [each for each in questions if each.is_for_choosing]
        labels = {"ANSWERABLE", "UNANSWERABLE"}
        choose([each for each in first if each.label in labels], path, embedder)
    else:
        report([each for each in questions if not each.is_for_choosing], path, embedder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
