"""Tells an abstention from an answer: it says only that it found none.

Each clause of an abstention says so (`tools.calls.silences`), or may stand beside one
that does. A number, a name or code that the question lacks, or a verb that states
something, make it an answer, and so does doubt.
"""

import re
from collections.abc import Iterator

from tools.calls.silences import TONGUES, Tongue
from tools.text.prose import read_prose
from tools.text.sentences import find_sentences

__all__ = ["abstains"]

_LONGEST = 1200
"""Characters; the longest abstention of mtrag-un's reference answers has 400."""
_WRITTEN_OUT = {
    "can't": "can not", "cannot": "can not", "n't": " not", "i'm ": "i am ",
    "i've ": "i have ", "we've ": "we have ", "there's ": "there is ",
    "about that": "about it", "about this": "about it", "to that": "to it",
}  # fmt: skip
"""Contractions; and what looks like the beginning of a clause."""
_APOSTROPHES = re.compile("[’‘ʼ`´]")
_SIGNS = re.compile(r"[*_\"“”„«»]|'(?=\W|\Z)")
_ENDS = re.compile(r"[.!?。！？]+\s*\Z")
_WORD = re.compile(r"[^\W_]+")
_VALUE = re.compile(r"`[^`\n]*+`|\S*\d\S*")
"""Code, and whatever holds a digit."""
_CAPITAL = re.compile(
    r"(?<=[^\W_] )(?!I\b)[A-ZÀ-Þ][\w.-]*|\w*[^\W\dA-ZÀ-Þ_][A-ZÀ-Þ]\w*"
)
"""A word with a capital letter that begins no sentence, or with one within it."""
_LITTLE = frozenset(
    [
        "the", "a", "an", "any", "of", "in", "on", "to", "for", "from", "about", "with",
        "and", "or", "this", "that", "these", "it", "its", "your", "my", "documents",
        "document", "documentation", "sources", "passages", "question", "either",
        "both", "all", "information", "answer", "mention", "details",
        "sobre", "esto", "eso", "à", "ce", "sujet", "cela", "su", "questo", "isso",
    ]
)  # fmt: skip
"""Words that say nothing by themselves."""

_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]\w*")
_HAN_STOP = re.compile(r"[，。；：！？,;:!?\s]+")
_HAN_DOCUMENTS = re.compile(
    "文档|文件|文献|资料|來源|来源|段落|知识库|文書|資料|ドキュメント"
)
_HAN_SILENCE = re.compile(
    r"\A(?:根据)?.{0,20}?(?:文档|文件|文献|资料|来源|來源|段落|知识库)(?:中|里|裡|内)?"
    r"(?:都|并|也)?(?:没有|未|沒有|不)(?:明确|直接|具体)?"
    r"(?:找到|提及|提到|包含|说明|說明|给出|提供|涉及|记载|描述|回答)"
    r"|\A我?(?:在.{1,15}?[中里])?(?:没有|没能|未能|无法|沒有|無法|找不到|未)(?:在.{1,15}中)?"
    r"(?:(?:找到|查到)?(?:任何|相关|有关|相關|关于.{1,30}?的)*(?:信息|内容|答案|说明|资料)"
    r"|(?:回答|确定|確定|得知)(?:这个|该|此|您的|你的)?(?:问题)?)\Z|\A我?不(?:知道|清楚)\Z"
    r"|\A.{0,10}?(?:文書|資料|ドキュメント).{0,20}?(?:ありません|見つかりません"
    r"|見つけられません|されていません|含まれていません)(?:でした)?\Z"
    r"|\A(?:関連する|該当する)?(?:情報|回答|答え|記載)(?:は|が)?(?:見つかり|あり)ません"
    r"(?:でした)?\Z"
)
_HAN_BESIDE = re.compile(
    r"\A(?:抱歉|很抱歉|很遗憾|对不起|申し訳ありません(?:が)?|申し訳ございません(?:が)?"
    r"|根据(?:提供的|现有的)?(?:文档|资料|信息))\Z"
)
_HAN_STATING = re.compile(
    r"是(?!否|什么|多少|如何|哪)|为(?!什么)|但|不过|然而|です(?!か)"
)


def abstains(answer: str, question: str) -> bool:
    """Whether a text without a citation says no more than that it has no answer."""
    if len(answer) > _LONGEST:
        return False
    blocks = read_prose(answer)
    if any(each.kind != "paragraph" or each.listed or each.quoted for each in blocks):
        return False
    if _names_more(answer, question, _VALUE):
        return False
    if _HAN.search(answer):
        return _abstains_in_han(answer, question)
    sentences = [
        answer[start:end].strip()
        for each in blocks
        for start, end in find_sentences(answer, each.start, each.end)
    ]
    return any(_Reader(each, question).reads(sentences) for each in TONGUES)


def _names_more(text: str, question: str, what: re.Pattern[str]) -> bool:
    """Whether a text has something that its question lacks, or a sentence in it."""
    asked = set(_words(question))
    found = (word for each in what.findall(text) for word in _words(each))
    return any(word not in asked or word in _LITTLE for word in found)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _normal(text: str) -> str:
    """Return a sentence in the form that the patterns are written in."""
    text = _APOSTROPHES.sub("'", text.casefold())
    for short, long in _WRITTEN_OUT.items():
        text = text.replace(short, long)
    text = _SIGNS.sub("", _ENDS.sub("", text)).replace("'", " ")
    return " ".join(text.split())


class _Reader:
    """Reads sentences in one language, each clause by what it may be."""

    def __init__(self, tongue: Tongue, question: str) -> None:
        self._tongue = tongue
        self._question = question
        asked = _normal(question)
        self._asked = set(_words(question))
        self._names_documents = bool(tongue.naming_documents.search(asked))
        self._offers = bool(tongue.offering.search(asked))

    def reads(self, sentences: list[str]) -> bool:
        """Whether all are of an abstention, and one at least says so."""
        found = [self._reads_sentence(each) for each in sentences]
        return None not in found and True in found

    def _reads_sentence(self, sentence: str) -> bool | None:
        """Return whether one says that nothing is known; None if it says more."""
        if self._tongue.capitals and _names_more(sentence, self._question, _CAPITAL):
            return None
        silent = begun = False
        for clause in self._clauses(sentence):
            if self._is_silent(clause):
                silent = True
            elif not self._is_beside(clause) and not (begun and self._adds(clause)):
                return None
            begun = True
        return silent

    def _clauses(self, sentence: str) -> Iterator[str]:
        for each in self._tongue.end_of_clause.split(f" {_normal(sentence)}"):
            if clause := " ".join(each.split()):
                yield clause

    def _is_silent(self, clause: str) -> bool:
        patterns = [self._tongue.of_itself]
        if not self._names_documents:
            patterns.append(self._tongue.of_documents)
        return any(
            (found := each.match(clause)) is not None and self._says_no_more(found)
            for each in patterns
        )

    def _says_no_more(self, found: re.Match[str]) -> bool:
        """Whether what a clause says besides its silence states nothing."""
        who = " ".join(each or "" for each in found.groups()).split()
        rest = found.string[found.end() :].split()
        if self._tongue.states(who) or (self._tongue.capitals and not self._knows(who)):
            return False
        return not self._tongue.states(rest) or self._tongue.asks(rest)

    def _knows(self, words: list[str]) -> bool:
        """Whether some words are those of the question, or say nothing."""
        return self._asked.union(_LITTLE).issuperset(words)

    def _is_beside(self, clause: str) -> bool:
        found = self._tongue.standing_beside.match(clause)
        return found is not None and not self._tongue.states(
            clause[found.end() :].split()
        )

    def _adds(self, clause: str) -> bool:
        """Whether a clause names more of what was asked: it has no word of its own."""
        return not self._offers and self._knows(clause.split())


def _abstains_in_han(answer: str, question: str) -> bool:
    """Whether a text in Chinese or Japanese does; its clauses end with their signs."""
    if _HAN_DOCUMENTS.search(question) or _HAN_STATING.search(answer):
        return False
    if _names_more(answer, question, _LATIN):
        return False
    clauses = [each for each in _HAN_STOP.split(answer) if each]
    silent = [bool(_HAN_SILENCE.search(each)) for each in clauses]
    return any(silent) and all(
        said or _HAN_BESIDE.search(each)
        for said, each in zip(silent, clauses, strict=True)
    )
