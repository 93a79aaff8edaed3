"""The contenders of the speed benchmark: each stores the same rows and answers alike.

A hybrid search takes fifty candidates from the vectors and fifty from the words (ours
takes more: `tools.library.fusion`), fuses them, and returns the texts of the best ten.
What a contender imports, it imports when it is opened, so that a cold open holds it.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import local
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from speed_rows import DIMENSION, DOCUMENT_PASSAGES, Rows

CANDIDATES = 50
RETURNED = 10
_RRF_K = 60

Vector = NDArray[np.float32]


class Contender(Protocol):
    """What stores rows and searches them."""

    packages: ClassVar[Sequence[str]]
    """Distributions whose versions are printed; the first must be importable."""

    def build(self, rows: Rows, folder: Path) -> None:
        """Store the rows under an empty folder."""
        ...

    def open(self, folder: Path) -> None:
        """Make what was stored ready to be searched."""
        ...

    def hybrid(self, text: str, vector: Vector) -> list[str]:
        """Return the texts of the best ten."""
        ...

    def nearest(self, vector: Vector) -> list[int]:
        """Return the ten rows whose vectors are nearest."""
        ...

    def close(self) -> None:
        """End what was started."""
        ...


class PreparedEmbedder:
    """Looks the vectors of known queries up: embedding is not what is measured."""

    identity = "prepared"
    language = ""
    max_tokens = 240
    dimension = DIMENSION

    def __init__(self) -> None:
        """Know no query yet."""
        self.known: dict[str, Vector] = {}

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """Return the vectors of queries that were made known."""
        return np.stack([self.known[text] for text in texts])

    embed_queries = embed_passages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of words."""
        return [len(text.split()) for text in texts]


class Citeloop:
    """Our `Library`, on the embedded engine that is installed."""

    packages = ("milvus-lite", "pymilvus")

    def build(self, rows: Rows, folder: Path) -> None:
        """Write through `Library.write`, ten passages a document."""
        from tools.documents.passage import Passage

        self._open(folder, create=True)
        passages = [
            Passage(
                document=f"{row // DOCUMENT_PASSAGES:06d}.md",
                title=f"{row // DOCUMENT_PASSAGES:06d}",
                heading="",
                number=row % DOCUMENT_PASSAGES,
                count=DOCUMENT_PASSAGES,
                start_line=1 + row % DOCUMENT_PASSAGES * 8,
                end_line=8 + row % DOCUMENT_PASSAGES * 8,
                text=text,
                digest=str(row),
                metadata={"set": "speed"},
            )
            for row, text in enumerate(rows.texts)
        ]
        self.library.write(passages, rows.vectors)

    def open(self, folder: Path) -> None:
        """Open the library."""
        self._open(folder, create=False)

    def hybrid(self, text: str, vector: Vector) -> list[str]:
        """Search as the tools do."""
        self.embedder.known[text] = vector
        found = self.library.search([text], RETURNED)[0]
        return [hit.passage.text for hit in found]

    def nearest(self, vector: Vector) -> list[int]:
        """Ask the vector index alone, as `Library.search` asks it."""
        client = self.library._collection._client
        found = client.search(
            "citeloop",
            data=[vector.tolist()],
            anns_field="dense",
            limit=RETURNED,
            output_fields=["digest"],
        )[0]
        return [int(hit["entity"]["digest"]) for hit in found]

    def close(self) -> None:
        """Close the library and its engine."""
        self.library.close()

    def _open(self, folder: Path, *, create: bool) -> None:
        from tools.library.library import Library

        self.embedder = PreparedEmbedder()
        path = str(folder / "library.db")
        self.library = Library.open(path, self.embedder, create=create)


class LanceDB:
    """LanceDB as haiku.rag uses it: no vector index, native full text, RRF."""

    packages = ("lancedb", "pyarrow")
    indexed = False

    def build(self, rows: Rows, folder: Path) -> None:
        """Write one table, and its full-text index with the default analyzer."""
        import lancedb
        import pyarrow as pa

        flat = pa.array(rows.vectors.ravel())
        table = pa.table(
            {
                "id": pa.array(range(len(rows.texts))),
                "text": pa.array(rows.texts),
                "vector": pa.FixedSizeListArray.from_arrays(flat, DIMENSION),
            }
        )
        made = lancedb.connect(folder).create_table("passages", table)
        made.create_fts_index("text")
        if self.indexed:
            made.create_index(metric="cosine", vector_column_name="vector")

    def open(self, folder: Path) -> None:
        """Open the table."""
        import lancedb
        from lancedb.rerankers import RRFReranker

        self._table = lancedb.connect(folder).open_table("passages")
        self._reranker = RRFReranker()

    def hybrid(self, text: str, vector: Vector) -> list[str]:
        """Fuse with LanceDB's own reranker."""
        found = (
            self._table.search(query_type="hybrid")
            .vector(vector)
            .text(text)
            .distance_type("cosine")
            .select(["id", "text"])
            .rerank(self._reranker)
            .limit(CANDIDATES)
            .to_list()
        )
        return [row["text"] for row in found[:RETURNED]]

    def nearest(self, vector: Vector) -> list[int]:
        """Search vectors alone."""
        asked = self._table.search(vector).distance_type("cosine").select(["id"])
        return [row["id"] for row in asked.limit(RETURNED).to_list()]

    def close(self) -> None:
        """Leave it to the process."""


class LanceDBIndexed(LanceDB):
    """LanceDB with its default vector index, IVF_PQ."""

    indexed = True


class SqliteVec:
    """sqlite-vec beside FTS5 in one file, fused in Python.

    By way of apsw: Python's own sqlite3 is often built without extensions.
    """

    packages = ("sqlite-vec", "apsw")

    def build(self, rows: Rows, folder: Path) -> None:
        """Write three tables in one transaction."""
        self.open(folder)
        self._db.execute(
            "CREATE TABLE passages (id INTEGER PRIMARY KEY, text TEXT);"
            "CREATE VIRTUAL TABLE words USING fts5("
            "text, content=passages, content_rowid=id, tokenize='porter unicode61');"
            "CREATE VIRTUAL TABLE vectors USING vec0("
            f"id INTEGER PRIMARY KEY, v FLOAT[{DIMENSION}] distance_metric=cosine)"
        )
        with self._db:
            for row, text in enumerate(rows.texts):
                blob = rows.vectors[row].tobytes()
                for command, values in (
                    ("INSERT INTO passages VALUES (?, ?)", (row, text)),
                    ("INSERT INTO words (rowid, text) VALUES (?, ?)", (row, text)),
                    ("INSERT INTO vectors VALUES (?, ?)", (row, blob)),
                ):
                    self._db.execute(command, values)

    def open(self, folder: Path) -> None:
        """Open the file and load the extension; a thread has its own connection."""
        self._path = str(folder / "passages.sqlite")
        self._local = local()
        self._db.execute("SELECT vec_version()")

    @property
    def _db(self) -> Any:
        import apsw
        import sqlite_vec

        if not hasattr(self._local, "db"):
            self._local.db = apsw.Connection(self._path)
            self._local.db.enable_load_extension(True)
            self._local.db.load_extension(sqlite_vec.loadable_path())
        return self._local.db

    def hybrid(self, text: str, vector: Vector) -> list[str]:
        """Fuse the ranks of both tables."""
        asked = " OR ".join(f'"{word}"' for word in text.replace(".", " ").split())
        words = self._db.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
            (asked, CANDIDATES),
        )
        best = fuse_ranks(self._near(vector, CANDIDATES), [row for (row,) in words])
        texts = self._db.execute(
            "SELECT id, text FROM passages "
            "WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(best),),
        )
        by_row = dict(texts)
        return [by_row[row] for row in best]

    def nearest(self, vector: Vector) -> list[int]:
        """Search vectors alone."""
        return self._near(vector, RETURNED)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _near(self, vector: Vector, limit: int) -> list[int]:
        found = self._db.execute(
            "SELECT id FROM vectors WHERE v MATCH ? AND k = ? ORDER BY distance",
            (vector.tobytes(), limit),
        )
        return [row for (row,) in found]


class NumpyBm25s:
    """A matrix in numpy beside bm25s, fused in Python: everything in memory."""

    packages = ("bm25s", "numpy", "PyStemmer")

    def build(self, rows: Rows, folder: Path) -> None:
        """Save the matrix, the index of words and the texts."""
        import bm25s
        import Stemmer

        tokens = bm25s.tokenize(
            rows.texts, stemmer=Stemmer.Stemmer("english"), show_progress=False
        )
        index = bm25s.BM25()
        index.index(tokens, show_progress=False)
        index.save(folder / "bm25s")
        np.save(folder / "vectors.npy", rows.vectors)
        (folder / "texts.json").write_text(json.dumps(rows.texts))

    def open(self, folder: Path) -> None:
        """Load all of it."""
        import bm25s
        import Stemmer

        self._tokenize = bm25s.tokenize
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25.load(folder / "bm25s")
        self._vectors = np.load(folder / "vectors.npy")
        self._texts = json.loads((folder / "texts.json").read_text())

    def hybrid(self, text: str, vector: Vector) -> list[str]:
        """Fuse the ranks of both."""
        tokens = self._tokenize(text, stemmer=self._stemmer, show_progress=False)
        found, _ = self._index.retrieve(tokens, k=CANDIDATES, show_progress=False)
        best = fuse_ranks(self._near(vector, CANDIDATES), found[0].tolist())
        return [self._texts[row] for row in best]

    def nearest(self, vector: Vector) -> list[int]:
        """Search vectors alone."""
        return self._near(vector, RETURNED)

    def close(self) -> None:
        """Leave it to the process."""

    def _near(self, vector: Vector, limit: int) -> list[int]:
        scores: NDArray[Any] = self._vectors @ vector
        best = np.argpartition(-scores, limit)[:limit]
        rows: list[int] = best[np.argsort(-scores[best])].tolist()
        return rows


CONTENDERS: dict[str, type[Contender]] = {
    "Citeloop": Citeloop,
    "LanceDB": LanceDB,
    "LanceDB, IVF_PQ": LanceDBIndexed,
    "sqlite-vec + FTS5": SqliteVec,
    "numpy + bm25s": NumpyBm25s,
}


def fuse_ranks(*rankings: list[int]) -> list[int]:
    """Return the best ten rows by reciprocal-rank fusion."""
    merits: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, 1):
            merits[row] = merits.get(row, 0.0) + 1 / (_RRF_K + rank)
    return sorted(merits, key=lambda row: -merits[row])[:RETURNED]


def clear(folder: Path) -> None:
    """Make the folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
