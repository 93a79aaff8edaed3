import numpy as np
import pytest

from tools import milvus
from tools.library import Library

QUERIES = ["What seals a growing segment?", "index for vectors on disk", "DiskANN"]


@pytest.mark.parametrize("query", QUERIES)
def test_the_ranking_is_that_of_every_candidate_with_its_exact_cosine(
    library: Library, query: str
) -> None:
    vector = library.embedder.embed_queries([query])[0]
    routes = [
        library._client.search(
            milvus.COLLECTION,
            data=data,
            anns_field=field,
            limit=50,
            output_fields=["dense"],
        )[0]
        for field, data in (("dense", [vector.tolist()]), ("sparse", [query]))
    ]
    words = {row["id"]: row["distance"] for row in routes[1]}
    scores = {
        row["id"]: float(np.dot(vector, row["entity"]["dense"]))
        + 0.3 * words.get(row["id"], 0.0) / max(words.values())
        for route in routes
        for row in route
    }
    hits = library.search([query], 20)[0]
    assert [hit.passage.key for hit in hits] == sorted(
        scores, key=lambda key: -scores[key]
    )[:20]
    for hit in hits:
        assert hit.score == pytest.approx(scores[hit.passage.key], abs=1e-5)
