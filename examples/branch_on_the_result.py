"""Call the agent from a script, and go on by what came of it.

    python examples/branch_on_the_result.py

Ingest something first: `python examples/quickstart.py` does.
"""

import asyncio
import sys

from agent import Answer, CiteloopError, ask

QUESTIONS = [
    "Which index serves vectors that do not fit into memory?",
    "What is the capital of France?",
]


def judge(answer: Answer) -> str:
    """Say in one line what a program can do with an answer."""
    if not answer.answered:
        return "nothing in the documents: ask a person"
    if not answer.grounded:
        share = f"{answer.verified or 0:.0%} of its sentences"
        return f"{share} are borne out: show it with a warning"
    documents = sorted({citation.document or "" for citation in answer.citations})
    rest = f"; not answered: {'; '.join(answer.missing)}" if answer.missing else ""
    return f"grounded in {', '.join(documents)}: use it{rest}"


async def main() -> int:
    """Ask each question; return the exit code of a failure."""
    for question in QUESTIONS:
        try:
            answer = await ask(question)
        except CiteloopError as error:
            print(f"{question}\n  failed: {error}", file=sys.stderr)
            return error.exit_code
        print(f"{question}\n  {judge(answer)}")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
