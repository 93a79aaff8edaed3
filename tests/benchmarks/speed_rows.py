"""The rows that the speed benchmark stores: the same for every contender.

Words follow Zipf's law, and the most frequent ones are English stop words, so that
every engine's analyzer finds what it finds in prose. Vectors lie in clusters of about
fifty, so that neighbours mean something. All of it comes from one seed.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

DIMENSION = 384
"""That of the bundled embedder."""
PASSAGE_WORDS = 120
QUERY_WORDS = 7
DOCUMENT_PASSAGES = 10
_VOCABULARY = 50_000
_STOP_WORDS = """
the of and to in a is that for it as was with be by on not he his but at are this have
from or had an they which one you were her all she there would their we him been has
when who will more no if out so said what up its about into than
""".split()  # noqa: SIM905 (short words read best as prose)
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "or")]


@dataclass(frozen=True)
class Rows:
    """Texts with their vectors, and the queries that are asked of them."""

    texts: list[str]
    vectors: NDArray[np.float32]
    queries: list[str]
    query_vectors: NDArray[np.float32]

    @cached_property
    def nearest(self) -> list[set[int]]:
        """The ten rows that are truly nearest to each query."""
        scores = self.query_vectors @ self.vectors.T
        best = np.argpartition(-scores, 10, axis=1)[:, :10]
        return [set(row) for row in best.tolist()]


def make_rows(size: int, queries: int) -> Rows:
    """Return `size` rows and as many queries as asked for."""
    rng = np.random.default_rng(size)
    words = _zipf_words(rng, size)
    vectors = _clustered(rng, size)
    asked = rng.choice(size, queries)
    starts = rng.integers(0, PASSAGE_WORDS - QUERY_WORDS, queries)
    noise = rng.standard_normal((queries, DIMENSION), np.float32)
    return Rows(
        texts=[_sentences(row) for row in words],
        vectors=vectors,
        queries=[
            " ".join(words[row][start : start + QUERY_WORDS])
            for row, start in zip(asked, starts, strict=True)
        ],
        query_vectors=_unit(vectors[asked] + 0.5 * noise / DIMENSION**0.5),
    )


def _zipf_words(rng: np.random.Generator, size: int) -> NDArray[np.str_]:
    ranks = np.arange(1, _VOCABULARY + 1)
    weights = 1 / (ranks + 2.7)  # Mandelbrot's form, nearer to prose than 1 / rank
    drawn = rng.choice(_VOCABULARY, (size, PASSAGE_WORDS), p=weights / weights.sum())
    return np.array(_vocabulary())[drawn]


def _vocabulary() -> list[str]:
    count = len(_SYLLABLES)
    made = [
        _SYLLABLES[n % count]
        + _SYLLABLES[n // count % count]
        + _SYLLABLES[n // count**2]
        for n in range(_VOCABULARY - len(_STOP_WORDS))
    ]
    return [*_STOP_WORDS, *made]


def _sentences(words: NDArray[np.str_]) -> str:
    lines = [" ".join(words[at : at + 15]) for at in range(0, len(words), 15)]
    return ".\n".join(line.capitalize() for line in lines) + "."


def _clustered(rng: np.random.Generator, size: int) -> NDArray[np.float32]:
    """Return unit vectors in clusters of about fifty, and these in about a hundred."""
    topics = rng.standard_normal((100, DIMENSION), np.float32)
    themes = topics[rng.integers(0, 100, size // 50 + 1)]
    themes = themes + rng.standard_normal(themes.shape, np.float32)
    vectors = themes[rng.integers(0, len(themes), size)]
    return _unit(vectors + rng.standard_normal(vectors.shape, np.float32))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / norms, np.float32)
