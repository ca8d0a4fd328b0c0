"""Where the time of a call went is told by the model that answers, and kept by the call's place."""

import asyncio
import json
from pathlib import Path

from symposia.agents import Ask, Team, load
from symposia.agents.context import Context
from symposia.agents.models.scripted import Scripted
from symposia.agents.timing import Timing, Timings, spent
from symposia.protocols.text import majority_vote
from symposia.tests.support.command import inside


def asked(context: Context, model: object) -> None:
    team = Team({"amber": model}, context=context)  # type: ignore[dict-item]
    asyncio.run(majority_vote.answer(team, Ask(text="compute 2 + 3")))


def test_a_model_of_this_process_says_where_its_time_went() -> None:
    context = Context()
    asked(context, load("pocket:arithmetic"))
    ((place, timing),) = context.timings.found.items()
    assert place.endswith("amber.0")
    assert min(timing) >= 0
    assert timing.prefill > 0


def test_a_model_that_does_not_say_has_none() -> None:
    context = Context()
    asked(context, Scripted("5"))
    assert context.timings.found == {}


def test_calls_at_once_are_told_apart() -> None:
    timings = Timings()

    async def call(place: str, seconds: float) -> None:
        with timings.of(place):
            await asyncio.sleep(seconds)
            spent(Timing(seconds, 0.0, 0.0))

    async def both() -> None:
        await asyncio.gather(call("a", 0.02), call("b", 0.01))

    asyncio.run(both())
    assert timings.found == {"a": Timing(0.02, 0.0, 0.0), "b": Timing(0.01, 0.0, 0.0)}


def test_outside_of_a_call_nobody_hears_it() -> None:
    spent(Timing(1.0, 1.0, 1.0))


def test_a_run_keeps_them_beside_its_trace_and_a_replay_does_not_need_them(tmp_path: Path) -> None:
    done = inside("run", "majority_vote", "--limit", "2", "--set", "baselines=false", "--out", "run", folder=tmp_path)
    assert done.code == 0
    file = tmp_path / "run" / "timing.jsonl"
    places = [json.loads(line)["place"] for line in file.read_text().splitlines()]
    assert {place.split("/")[0] for place in places} >= {"test"}
    assert len(places) == len(set(places))
    file.unlink()
    assert inside("replay", "run", folder=tmp_path).code == 0
    assert not file.exists()
