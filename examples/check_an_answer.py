"""Check an answer that another system wrote, against the passages it was given.

    python examples/check_an_answer.py

No model, no library and no network take part.
"""

from agent import CitedPassage, DraftCitation, verify

PASSAGES = [
    CitedPassage(
        document="storage.md",
        text="Object storage keeps the data files.\netcd keeps the metadata.",
    ),
    CitedPassage(document="limits.md", text="A collection has at most 64 fields."),
]
ANSWER = (
    "The data files are kept in object storage [1]. "
    "A collection has at most 32 fields [2]. Both can be changed."
)
QUOTES = [
    DraftCitation(source=1, quote="Object storage keeps the data files."),
    DraftCitation(source=2, quote="A collection has at most 64 fields."),
]


def main() -> None:
    """Print the answer with its remarks, how each sentence stands, and why."""
    found = verify(ANSWER, PASSAGES, QUOTES)
    print(found.answer)
    for citation in found.citations:
        place = f"{citation.document}:{citation.start_line}"
        print(f"[{citation.id}] {citation.verdict.value}: {place}")
    for sentence in found.sentences:
        print(f"{sentence.support}: {sentence.text}")
    print("grounded:", found.grounded, "verified:", found.verified)
    for problem in found.problems:
        print("-", problem)


if __name__ == "__main__":
    main()
