"""A server that does all as the API says passes; what goes wrong ends with a report."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from subprocess import PIPE, Popen

import pytest

from agent.cli import main
from agent.conformance.bench import Line
from agent.conformance.exchanges.exchange import Way
from agent.conformance.finding import Finding
from agent.conformance.ledger import Ledger
from agent.conformance.observation import Observation
from agent.conformance.planning import Plan, bill
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.catalogue import PROBES
from agent.conformance.record import CheckRecord, record_of
from agent.conformance.rules.wire_rules import RULES
from agent.conformance.running import run_check
from agent.conformance.verdicts import exit_code, summarise
from agent.endpoints.endpoint import Endpoint
from tests.agent.conformance.checking import MODEL, checked, probes_of
from tests.fakes.correct_server import CorrectServer, correct_server
from tests.fakes.faulty_manners import FAULTS, Quick

OWN_GROUPS = tuple(each for each in PROBES if each.group in set("ABCH"))


def test_a_correct_server_passes_and_the_plan_counts_its_requests() -> None:
    with correct_server() as server:
        check = checked(server, OWN_GROUPS)
    assert {each.verdict for each in check.findings} == {"ok"}
    assert len(check.findings) == sum(len(each.ways) for each in OWN_GROUPS)
    assert summarise(check).bare
    assert exit_code(check) == 0
    planned = bill(check.plan)
    assert planned.fewest_requests == planned.most_requests == server.count
    assert server.count == check.requests


def test_the_tokens_of_the_plan_are_a_ceiling() -> None:
    with correct_server(Quick()) as server:
        check = checked(server, OWN_GROUPS)
        counted = [server.manners.count(each) for each in server.requests
                   if isinstance(each.get("messages"), list)]  # fmt: skip
    written = [
        each.get("max_tokens") or each.get("max_completion_tokens") or 0
        for each in server.requests
    ]
    assert sum(counted) <= bill(check.plan).prompt_tokens
    assert sum(written) <= bill(check.plan).completion_tokens


def test_the_same_seed_asks_the_same_again() -> None:
    def asked() -> list[str]:
        with correct_server(Quick()) as server:
            checked(server, probes_of(6, 7, 11))
        return [json.dumps(each["messages"]) for each in server.requests]

    once = asked()
    assert once == asked()
    assert len(set(once)) > len(once) // 2


@pytest.mark.parametrize("after", [0, 1, 7, 40])
def test_a_server_that_dies_ends_in_a_report_that_leaves_nothing_out(
    after: int,
) -> None:
    with correct_server(Quick(), dies_after=after) as server:
        check = checked(server, OWN_GROUPS)
    assert check.gone
    assert exit_code(check) == 4
    assert len(check.findings) == sum(len(each.ways) for each in OWN_GROUPS)
    assert all(each.counts.tries for each in check.findings)
    lost = sum(each.counts.unavailable for each in check.findings)
    assert lost > 0
    assert "had no answer" in summarise(check).sentence
    assert check.requests <= after + 3
    written = record_of(check).model_dump_json(by_alias=True)
    record = CheckRecord.model_validate_json(written)
    assert all(
        each.tries
        == each.passed + each.failed + each.refused + each.unavailable + each.unclear
        for each in record.findings
    )


def test_no_server_at_all_is_said_by_every_probe() -> None:
    with correct_server(Quick()) as server:
        pass
    check = checked(server, OWN_GROUPS)
    assert {each.verdict for each in check.findings} == {"broken"}
    assert check.requests == 3


def test_a_person_who_interrupts_gets_what_there_is() -> None:
    async def interrupted() -> int:
        endpoint = Endpoint(server.base_url, MODEL, None)
        line = Line(endpoint, Ledger(), seconds=20)
        plan = Plan(OWN_GROUPS, "a-seed")
        heard: list[int] = []
        three = asyncio.Event()

        def hear(finding: Finding) -> None:
            heard.append(finding.probe.number)
            if len(heard) == 3:
                three.set()

        task = asyncio.ensure_future(run_check(plan, line, PROBES, hear))
        await three.wait()
        task.cancel()
        check = await task
        await line.close()
        assert check.interrupted
        assert {each.probe.number for each in check.findings} >= set(heard)
        assert "interrupted" in summarise(check).sentence
        return int(exit_code(check))

    with correct_server(Quick()) as server:
        assert asyncio.run(interrupted()) == 130


def _rate(passes: Callable[[int], bool]) -> Probe:
    """Return a probe of behaviour whose runs pass or fail as told."""
    runs: list[bool] = []

    async def run(bench: object, way: Way) -> Observation:
        from agent.conformance.tally import Tally

        del bench, way
        runs.append(passes(len(runs)))
        tally = Tally()
        tally.count(runs[-1], "it did not")
        return tally.observation("it did")

    return Probe(99, "rate", "E", "B", "", (), asks(1), run, ways=("whole",))


@pytest.mark.parametrize(
    ("passes", "repeat", "verdict", "repeats"),
    [
        (lambda at: True, None, "ok", 4),
        (lambda at: False, None, "broken", 4),
        (lambda at: at % 2 == 0, None, "inconclusive", 20),
        (lambda at: True, 1, "inconclusive", 1),
        (lambda at: at > 0, 9, "ok", 9),
    ],
)
def test_behaviour_is_repeated_until_its_interval_clears_the_bar(
    passes: Callable[[int], bool], repeat: int | None, verdict: str, repeats: int
) -> None:
    with correct_server(Quick()) as server:
        [finding] = checked(server, [_rate(passes)], repeat=repeat).findings
    assert (finding.verdict, finding.repeats) == (verdict, repeats)
    assert finding.counts.tries == repeats
    assert finding.interval is not None
    assert finding.interval.low < finding.interval.high


def test_each_rule_is_of_a_probe_that_asks_both_ways() -> None:
    owners = {rule.probe for rule in RULES}
    for probe in PROBES:
        if probe.number in owners:
            assert set(probe.ways) == {"streamed", "whole"}, probe.name
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


def test_probes_have_rising_numbers_and_names_of_their_own() -> None:
    numbers = [each.number for each in PROBES]
    assert numbers == sorted(set(numbers))
    assert len({each.name for each in PROBES}) == len(PROBES)


def _command(server: CorrectServer, *flags: str) -> int:
    where = ("--base-url", server.base_url, "--model", MODEL)
    return main(["check", *where, *flags])


def test_the_command_prints_a_table_and_what_it_comes_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with correct_server(Quick()) as server:
        code = _command(server, "--group", "a", "--probe", "9", "--seed", "x")
    out = capsys.readouterr().out
    assert code == 0
    assert "A  endpoint               ok" in out
    assert "9  arrivals" in out
    assert "Usable with a bare client and with Citeloop" in out
    assert "this is of 4 probes alone" in out


def test_the_plan_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with correct_server(Quick()) as server:
        assert _command(server, "--plan", "--quick") == 0
        planned = capsys.readouterr().out
        assert server.count == 0
        _command(server, "--quick", "--group", "B", "--group", "A")
        asked = server.count
        capsys.readouterr()
        assert _command(server, "--plan", "--group", "A", "--group", "B") == 0
    assert "requests; at most" in planned
    assert f"\n{asked} requests" in capsys.readouterr().out


def test_the_command_writes_json_with_the_verdict_of_each_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fault = next(each for each in FAULTS if each.name == "TwoFinishes")
    with correct_server(fault.manners()) as server:
        code = _command(server, "--probe", "4", "--json")
    record = CheckRecord.model_validate_json(capsys.readouterr().out)
    assert code == record.exit_code == 0
    found = {(each.probe, each.way): each for each in record.findings}
    assert found[4, "streamed"].verdict == "ok"
    assert found[5, "streamed"].verdict == "differs"
    assert found[5, "streamed"].repairs == ["finish"]
    assert found[5, "streamed"].violations[0].asked_by == 4
    assert record.verdict.startswith("usable with Citeloop (1 repair needed: finish)")


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--group", "Z"], "There is no Z"),
        (["--probe", "1000"], "There is no 1000"),
    ],
)
def test_what_is_not_there_is_said(
    flags: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--base-url", "http://127.0.0.1:9/v1", *flags]) == 2
    assert words in capsys.readouterr().err


def test_without_a_server_it_is_said_how_to_name_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "--quick"]) == 2
    assert "--base-url" in capsys.readouterr().err


def test_the_command_ends_with_a_report_when_it_is_interrupted() -> None:
    from tests.agent.cli.running import COMMAND

    class Slow(Quick):
        pause = 0.02

    with correct_server(Slow()) as server:
        where = ["--base-url", server.base_url, "--model", MODEL]
        ran = Popen([sys.executable, COMMAND, "check", *where], stdout=PIPE, text=True)
        while server.count < 8 and ran.poll() is None:
            time.sleep(0.02)
        ran.send_signal(signal.SIGINT)
        try:
            out, _ = ran.communicate(timeout=60)
        finally:
            ran.kill()
    assert ran.returncode == 130
    assert "interrupted: this is of what was asked until then" in out
