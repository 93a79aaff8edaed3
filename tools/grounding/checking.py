"""Checks a sentence of an answer against what it cites: values, names, negations."""

from collections.abc import Sequence

from tools.grounding.citation import CheckedSentence, Statement, Verdict
from tools.grounding.judging import Judge
from tools.grounding.negation import denies
from tools.grounding.remarks import Checked
from tools.grounding.values.support import unsupported_values
from tools.grounding.values.value import Value
from tools.text.signs import plain_signs

__all__ = ["check_statement"]


def check_statement(
    statement: Statement, ids: tuple[int, ...], judge: Judge, question: str
) -> Checked:
    """Return a sentence with its citations and the values that they lack.

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
    sound = [each for each in ids if judge.citations[each - 1].verdict.is_sound]
    cited = [judge.lines[each - 1] for each in sound]
    context = " ".join([question, *(judge.context[each - 1] for each in sound)])
    missing = _missing_values(statement.text, cited, context) if cited else []
    covered = bool(ids) and not (sound and judge.lacks(statement))
    quotes = "\n".join(judge.citations[each - 1].quote for each in sound)
    sentence = CheckedSentence(
        text=statement.text,
        citations=ids,
        covered=covered,
        unsupported_values=tuple(each.text for each in missing),
        contradicted=denies(statement.text, quotes),
    )
    verdicts = {judge.citations[each - 1].verdict for each in sound}
    kinds = {"name"} if Verdict.PARAPHRASED not in verdicts else set[str]()
    wrong = tuple(each.text for each in missing if each.kind not in kinds)
    return Checked(sentence, statement.end, wrong)


def _missing_values(text: str, cited: Sequence[str], context: str) -> list[Value]:
    """Return the values that a text has and its sources lack, however it is written."""
    missing = unsupported_values(text, cited, context)
    if not missing:
        return []
    plain = [plain_signs(each).text for each in (text, context, *cited)]
    still = {each.text for each in unsupported_values(plain[0], plain[2:], plain[1])}
    return [each for each in missing if plain_signs(each.text).text in still]
