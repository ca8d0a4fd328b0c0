"""Calls, counted without a model."""

from pathlib import Path

from symposia.scenarios.planning.dry_run import calls_per_question
from symposia.tests.support.written import planned, scenario


async def test_calls_are_counted_without_a_model(tmp_path: Path) -> None:
    calls = await calls_per_question(planned(scenario(tmp_path), "protocol.options.rounds=3"))
    assert dict(calls) == {"amber": 4, "blue": 4, "coral": 4}
