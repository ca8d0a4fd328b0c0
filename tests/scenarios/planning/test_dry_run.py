"""Calls, counted without a model."""

from pathlib import Path

from symposia.scenarios.planning.dry_run import MOST, calls_per_question
from symposia.tests.support.command import inside
from symposia.tests.support.written import planned, scenario


async def test_calls_are_counted_without_a_model(tmp_path: Path) -> None:
    calls = await calls_per_question(planned(scenario(tmp_path), "protocol.options.rounds=3"))
    assert dict(calls) == {"amber": 4, "blue": 4, "coral": 4}


async def test_a_dry_run_ends_however_many_calls_a_protocol_makes(tmp_path: Path) -> None:
    calls = await calls_per_question(planned(scenario(tmp_path), "protocol.options.rounds=1000"))
    assert sum(calls.values()) == MOST + 1


def test_a_plan_says_that_there_are_more_calls_than_were_counted(tmp_path: Path) -> None:
    scenario(tmp_path)
    out = inside("plan", "s.yaml", "--set", "protocol.options.rounds=1000", folder=tmp_path).out
    assert "more than 2,000 calls" in " ".join(out.split())
