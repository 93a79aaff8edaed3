"""Ask a question of the documents in `examples/docs`.

    python examples/quickstart.py

Without an endpoint it works on Citeloop's embedded defaults. To use gpt-oss, set for
example CITELOOP_PROVIDER=ollama.
"""

from pathlib import Path

from agent import Settings, ask_sync, ingest


def main() -> None:
    """Ingest the documents, ask, and print the answer with its sources."""
    settings = Settings.load({})
    ingest([str(Path(__file__).parent / "docs")], settings=settings)
    answer = ask_sync("How does Milvus keep data and metadata?", settings=settings)
    print(answer.answer)
    for citation in answer.citations:
        place = f"{citation.document}:{citation.start_line}"
        print(f"[{citation.id}] {place} ({citation.verdict}): {citation.quote}")


if __name__ == "__main__":
    main()
