"""`citeloop eval`: a suite asked, judged and compared."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.cli.given.given_settings import settings_from
from agent.cli.given.taping import taped
from agent.evals.evaluation import Earlier, Evaluation, evaluate
from agent.evals.judging import Judge, judge_run, refuse_unfit
from agent.evals.own_schemas import own_schemas
from agent.evals.plan import Plan
from agent.evals.reading import NamedSuite, read_suite
from agent.evals.reports.json_report import json_report
from agent.evals.reports.junit import write_evaluation
from agent.evals.reports.markdown import add_to_summary
from agent.evals.reports.page import write_page
from agent.evals.reports.terminal import terminal_report
from agent.evals.results import (
    EvalHeader,
    Results,
    ResultsFile,
    RunRecord,
    read_results,
)
from agent.evals.revising.looser import loosen_suite
from agent.evals.revising.tighter import learn_suite
from agent.evals.variants import Variant, read_variants
from agent.matching.fitting import Embed
from agent.opening import load_settings_embedder
from agent.screen.notices import complain
from agent.settings.settings import Settings
from tools.errors import ExitCode, UsageError
from tools.threads import off_loop

if TYPE_CHECKING:
    from agent.recording.session import TapeSession
    from tools.embedding.embedder import Embedder

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Evaluate, and return the exit code that says how the suite stands."""
    _refuse_what_does_not_go_together(flags)
    named = read_suite(Path(flags.suite))
    embed = _embed_by(flags)
    refuse_unfit(named.suite, own_schemas(), embed)
    judge = partial(judge_run, schemas=own_schemas(), embed=embed)
    if flags.loosen:
        return _loosen(named, read_results(Path(flags.loosen)), embed)
    earlier = _earlier(flags)  # what is wrong with it is said before work begins
    results, path, interrupted = _results(flags, named, judge)
    if flags.learn and not interrupted:
        return _learn(flags, named, results, judge)
    evaluation = evaluate(
        named.suite, named.name, results, earlier=earlier, judge=judge
    )
    evaluation = replace(evaluation, results=str(path), interrupted=interrupted)
    _report(flags, evaluation)
    return evaluation.exit_code(allow_undecided=flags.allow_undecided)


def _refuse_what_does_not_go_together(flags: argparse.Namespace) -> None:
    stored = flags.rescore or flags.loosen
    wrong = {
        "--rescore and --loosen ask nobody: leave out --compare.": stored
        and flags.compare,
        "--rescore and --loosen ask nobody: leave out --results and --resume.": stored
        and (flags.results or flags.resume),
        "--resume goes on with a file: name it by --results.": flags.resume
        and not flags.results,
        "--output is where --learn writes: give that, too.": flags.output
        and not flags.learn,
        "--learn says how often: leave out --repeat.": flags.learn and flags.repeat,
    }
    for text, is_wrong in wrong.items():
        if is_wrong:
            raise UsageError(text)


def _embed_by(flags: argparse.Namespace) -> Embed:
    """Return the embedder of the settings, which is loaded if it is asked."""

    @cache
    def embedder() -> "Embedder":
        return load_settings_embedder(settings_from(flags))

    def embed(texts: Sequence[str]) -> list[list[float]]:
        return [list(map(float, each)) for each in embedder().embed_queries(texts)]

    return embed


def _earlier(flags: argparse.Namespace) -> Earlier | None:
    if not flags.baseline:
        return None
    return Earlier(read_results(Path(flags.baseline)), flags.margin)


def _results(
    flags: argparse.Namespace, named: NamedSuite, judge: Judge
) -> tuple[Results, Path, bool]:
    """Return the runs, their file, and whether somebody has interrupted them."""
    if flags.rescore:
        path = Path(flags.rescore)
        return read_results(path), path, False
    return _ask(flags, named, judge)


def _ask(
    flags: argparse.Namespace, named: NamedSuite, judge: Judge
) -> tuple[Results, Path, bool]:
    plan = Plan(flags.learn or flags.repeat, flags.jobs)
    plan.refuse_unreachable(named.suite)
    variants = read_variants(flags.compare, partial(_settings, flags))
    path = Path(flags.results) if flags.results else _place(named, variants[0].settings)
    header = EvalHeader(
        suite=named.name,
        digest=named.suite.digest,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("citeloop"),
        repeat=plan.repeat,
        variants=tuple(each.kept for each in variants),
    )
    with (
        ResultsFile(path, header, resume=flags.resume) as kept,
        taped(flags, variants[0].settings) as tape,
    ):
        try:
            asyncio.run(_run(named, variants, plan, kept, judge, tape))
        except KeyboardInterrupt:
            complain(f"Interrupted. Go on by --resume --results {path}")
            return kept.results, path, True
        if tape is not None:
            tape.require_played()
        return kept.results, path, False


def _settings(flags: argparse.Namespace, changes: Mapping[str, Any]) -> Settings:
    return settings_from(argparse.Namespace(**{**vars(flags), **changes}))


def _place(named: NamedSuite, settings: Settings) -> Path:
    now = datetime.now(UTC)
    return (
        settings.data_dir / "evals" / f"{named.path.stem}-{now:%Y%m%d-%H%M%S-%f}.jsonl"
    )


async def _run(
    named: NamedSuite,
    variants: tuple[Variant, ...],
    plan: Plan,
    kept: ResultsFile,
    judge: Judge,
    tape: "TapeSession | None",
) -> None:
    from agent.assistant import Assistant  # it brings the SDK
    from agent.evals.running import run_suite

    assistants: dict[str, Assistant] = {}
    try:
        for each in variants:
            assistants[each.name] = await off_loop(
                partial(Assistant.open, tape=tape), each.settings
            )
        tell = partial(_tell, len(variants) > 1)
        await run_suite(named.suite, assistants, plan, kept, judge, tell)
    finally:
        for assistant in assistants.values():
            await assistant.aclose()


def _tell(several: bool, run: RunRecord, passed: bool) -> None:
    if not sys.stderr.isatty():
        return
    stands = "unavailable" if run.is_unavailable else "passed" if passed else "failed"
    where = f" [{run.variant}]" if several else ""
    complain(f"{run.case}{where}, run {run.repeat}: {stands} in {run.seconds:.1f} s")


def _report(flags: argparse.Namespace, evaluation: Evaluation) -> None:
    if flags.junit:
        write_evaluation(Path(flags.junit), evaluation)
    if flags.html:
        write_page(Path(flags.html), evaluation)
    add_to_summary(evaluation)
    print((json_report if flags.json else terminal_report)(evaluation))


def _learn(
    flags: argparse.Namespace, named: NamedSuite, results: Results, judge: Judge
) -> int:
    learnt = learn_suite(named, results, judge, own_schemas())
    for remark in learnt.remarks:
        complain(remark)
    if flags.output:
        try:
            Path(flags.output).write_text(learnt.text, encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"{flags.output} cannot be written: {error.strerror}."
            ) from error
    else:
        print(learnt.text, end="")
    return ExitCode.INCOMPLETE if learnt.remarks else ExitCode.ANSWERED


def _loosen(named: NamedSuite, failing: Results, embed: Embed) -> int:
    loosened = loosen_suite(named, failing, own_schemas(), embed)
    for remark in loosened.remarks:
        complain(remark)
    print(loosened.diff, end="")
    return ExitCode.INCOMPLETE if loosened.remarks else ExitCode.ANSWERED
