"""Checks a sentence of an answer against what it cites: values, names, its sense."""

from collections.abc import Sequence

from tools.grounding.citation import CheckedSentence, Statement, Verdict
from tools.grounding.judging import Judge
from tools.grounding.negation import denies
from tools.grounding.remarks import Checked
from tools.grounding.support.finding import (
    Finding,
    Pair,
    Support,
    lowered_or_lifted,
)
from tools.grounding.support.units import Cited
from tools.grounding.support.weighing import weigh
from tools.grounding.values.support import unsupported_values
from tools.grounding.values.value import Value
from tools.text.signs import plain_signs

__all__ = ["check_statement"]

_MOST_READ = 20_000
"""Characters of sources that a sentence without a quote is held against. Where more
were shown nobody looks, and it is unclear."""


def check_statement(
    statement: Statement, ids: tuple[int, ...], judge: Judge, question: str
) -> Checked:
    """Return a sentence with its citations, the values they lack, and its support.

    A name that they lack keeps it from being sound where it is a paraphrase: then
    nothing but its words tells that the source says so. What a judge has seen of a
    sentence with the same citations is not looked at again.
    """
    known = judge.checked.get((statement, ids))
    if known is None:
        known = _check(statement, ids, judge, question)
        judge.checked[statement, ids] = known
    return known


def _check(
    statement: Statement, ids: tuple[int, ...], judge: Judge, question: str
) -> Checked:
    sound = [each for each in ids if judge.is_sound(each)]
    cited = [judge.lines[each - 1] for each in sound]
    context = " ".join([question, *(judge.context[each - 1] for each in sound)])
    missing = _missing_values(statement.text, cited, context) if cited else []
    covered = bool(ids) and not (sound and judge.lacks(statement))
    quotes = "\n".join(judge.citations[each - 1].quote for each in sound)
    verdicts = {judge.citations[each - 1].verdict for each in sound}
    excused = "" if Verdict.PARAPHRASED in verdicts else "name"
    wrong = tuple(each.text for each in missing if each.kind != excused)
    denied = denies(statement.text, quotes)
    if sound and covered:
        pair = Pair(statement.text, "\n".join(dict.fromkeys(cited)))
        lines = [_cited(judge, each) for each in sound]
        finding = weigh(statement.text, lines, question)
        finding = _contradicted(finding, wrong, denied=denied)
    else:
        finding, pair = _far(statement, ids, judge, question)
    final = lowered_or_lifted(finding, judge.readings.get(pair))
    sentence = CheckedSentence(
        text=statement.text,
        citations=ids,
        covered=covered,
        unsupported_values=tuple(each.text for each in missing),
        contradicted=denied,
        support=final.support,
        support_reason=final.reason,
        nearest="" if final.support.bears_out else final.nearest,
        support_by="rules" if final == finding else "checker",
    )
    return Checked(sentence, statement.end, wrong, final, pair, bool(sound))


def _far(
    statement: Statement, ids: tuple[int, ...], judge: Judge, question: str
) -> tuple[Finding, Pair]:
    """Return what is found of a sentence that shares too few words with its sources.

    Nothing but its mark points to them, so it is held against all of them that was
    shown. It is unclear at best: a checker may read both.
    """
    far = [each for each in ids if judge.is_far(each)]
    sources = {
        found.source.id: found.source
        for each in far
        if (found := judge.found[each - 1]).source
    }
    texts = [each.text for each in sources.values()]
    pair = Pair(statement.text, "\n".join(texts))
    if not texts or len(far) < len(ids):
        return Finding(Support.NONE), pair
    if len(pair.quotes) > _MOST_READ:
        return Finding(Support.UNCLEAR, "it cites too much to be looked through"), pair
    names = " ".join(judge.context[each - 1] for each in far)
    lines = [Cited(each, 0, each.count("\n"), names) for each in texts]
    finding = weigh(statement.text, lines, question)
    missing = _missing_values(statement.text, texts, f"{question} {names}")
    wrong = [each.text for each in missing if each.kind != "name"]
    denied = not wrong and denies(statement.text, finding.nearest)
    finding = _contradicted(finding, wrong, denied=denied)
    if finding.support.bears_out:
        reason = "its words stand in no few lines"
        return Finding(Support.UNCLEAR, reason, finding.nearest, liftable=True), pair
    return finding, pair


def _contradicted(finding: Finding, wrong: Sequence[str], *, denied: bool) -> Finding:
    """Return a finding, or what values and negations say against the sentence."""
    if not wrong and not denied:
        return finding
    reason = ", ".join(wrong) if wrong else "a negation"
    return Finding(Support.CONTRADICTED, reason, finding.nearest)


def _cited(judge: Judge, id_: int) -> Cited:
    """Return the lines of a citation within all of their source that was shown."""
    found = judge.found[id_ - 1]
    source, first, last = found.source, found.start_line, found.end_line
    if source is None or first is None or last is None:
        return Cited("", 0, 0, "")
    start = source.start_line
    return Cited(source.text, first - start, last - start, judge.context[id_ - 1])


def _missing_values(text: str, cited: Sequence[str], context: str) -> list[Value]:
    """Return the values that a text has and its sources lack, however it is written."""
    missing = unsupported_values(text, cited, context)
    if not missing:
        return []
    plain = [plain_signs(each).text for each in (text, context, *cited)]
    still = {each.text for each in unsupported_values(plain[0], plain[2:], plain[1])}
    return [each for each in missing if plain_signs(each.text).text in still]
