"""How a question is read: in the library's spelling, and in the embedder's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.extractive.plan import find_subjects
from agent.extractive.spelling import Spelling
from tools.text.language import question_language

__all__ = ["ReadQuestion", "read_question"]

_LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ru": "Russian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_ASKED_FOR = re.compile(
    r"\A\W*+(?:(?:was\s++(?:ist|sind)|qu[eé]\s++(?:es|son))\s++|qu['’]est-ce\s++qu[e'’]\s*+"
    r"|什么是\s*+)(?:(?:eine?|der|die|das|una?|el|la|los|las|une|le|les)\s++)?+"
    r"(?P<after>[^?？]{1,60}+)[?？\s]*+\Z|\A\W*+(?P<before>[^?？是]{1,60}+)是什么[?？\s]*+\Z",
    re.IGNORECASE,
)
"""What is X, in German, Spanish, French and Chinese."""
_LEAST_SHARED = 2
"""Words of a question in another language that the library must have to answer it."""


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """What is searched for, and what is said of it."""

    parts: list[tuple[str, str]]
    """Each part of the question, and the query that finds it."""
    note: str = ""
    """How it was read, if otherwise than it stands."""
    answerable: bool = True
    """Whether anything may be quoted as an answer to it."""


def read_question(
    question: str, before: str, language: str, spelling: Spelling | None
) -> ReadQuestion:
    """Return how a question is read.

    Args:
        question: As it was asked.
        before: The question before it; blank for none.
        language: The one that the embedder reads; blank for many.
        spelling: Of the library's words; without it, all is taken as it stands.
    """
    if spelling is None:
        return ReadQuestion(find_subjects(question, before))
    if language == "en" and (subject := _foreign_subject(question, spelling)):
        english = f"What is {subject}?"
        return ReadQuestion(find_subjects(english, ""), f"This is read as “{english}”")
    asked = question_language(question) if language else ""
    if asked != language:
        return _foreign(question, asked, language, spelling)
    respelt = spelling.correct(question)
    changed = (f"“{word}” is read as “{right}”"
               for word, right in respelt.changed.items())  # fmt: skip
    return ReadQuestion(find_subjects(respelt.text, before), ", ".join(changed))


def _foreign_subject(question: str, spelling: Spelling) -> str:
    """Return X of "what is X" in another language, if X is the library's word.

    What the library has no word for is not translated: it could mean anything.
    """
    found = _ASKED_FOR.match(question)
    subject = (found["after"] or found["before"] or "").strip(" .!") if found else ""
    return subject if subject and subject.split() == spelling.shared(subject) else ""


def _foreign(
    question: str, asked: str, language: str, spelling: Spelling
) -> ReadQuestion:
    """Return a question that is searched by the words which the library has of it."""
    shared = spelling.shared(question)
    named = ", ".join(f"“{word}”" for word in shared)
    note = (
        f"This seems to be {_named(asked)}, and the embedder reads {_named(language)}"
    )
    note += f"; only {named} could be looked for" if shared else " alone"
    query = " ".join(shared) or question
    return ReadQuestion([(question, query)], note, len(shared) >= _LEAST_SHARED)


def _named(language: str) -> str:
    return _LANGUAGES.get(language, f"in another language ({language})")
