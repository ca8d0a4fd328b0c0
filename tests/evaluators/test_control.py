"""The candidate-free control: what reading others' answers added to a call."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from symposia.agents import Answer, Team
from symposia.agents.errors import BadMessage
from symposia.agents.event import CONDUCTOR, Event
from symposia.agents.message import Ask, Prompt, Request, Sampling
from symposia.evaluators.control import ControlRow, Reading, controlled, readings
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.tasks import pocket
from symposia.protocols.text.debate import Revise
from symposia.scenarios.planning.plan import plan
from symposia.scenarios.planning.schema import Scenario
from symposia.scenarios.running.replaying import replay
from symposia.scenarios.running.run import run


def event(seq: int, cause: int | None, route: tuple[str, str], message: Any) -> Event:
    return Event(seq, cause, "test/0", *route, seq, message, 0.0)


def request(prompt: Prompt) -> Request:
    return Request(prompt=prompt, sampling=Sampling(), place="test/0")


def test_a_reading_is_a_call_that_was_shown_answers_which_were_given_before() -> None:
    revise = Revise(question="2 + 2?", own="4", heard="- 5\n- 17", form="")
    events = [
        event(0, None, (CONDUCTOR, "amber"), request(Ask(text="2 + 2?"))),
        event(1, 0, ("amber", CONDUCTOR), Answer(text="4")),
        event(2, None, (CONDUCTOR, "blue"), request(Ask(text="2 + 2?"))),
        event(3, 2, ("blue", CONDUCTOR), Answer(text="5")),
        event(4, None, (CONDUCTOR, "amber"), request(revise)),
        event(5, 4, ("amber", CONDUCTOR), Answer(text="5")),
    ]
    (found,) = readings(events)
    assert (found.member, found.turn, found.shown, found.said) == ("amber", 4, ("5",), "5")


def test_a_row_is_a_sentence() -> None:
    known = {"seen": "one right answer", "calls": 8, "questions": 4}
    row = ControlRow(**known, value=-0.25, low=-0.5, high=0.0)
    assert str(row) == (
        "Control: 8 calls that were shown one right answer score -25.0 [-50.0, +0.0] points over the same calls "
        "without what they read."
    )
    assert str(ControlRow(seen="no right answer", calls=0, questions=0, value=None, low=None, high=None)) == (
        "Control: no call was shown no right answer."
    )


MODELS = '''
"""Models that know the answer or not, and follow what they hear or not."""

from symposia.agents import Answer, Usage


class Model:
    def __init__(self, knows, follows):
        self.knows, self.follows = knows, follows

    async def write(self, turns, sampling=None):
        asked = turns[-1].text
        heard = asked.partition("The others answered:")[2]
        right = str(int(asked.split()[0]) + 1)
        said = right if self.knows else "0"
        if heard and self.follows:
            votes = [line[2:] for line in heard.splitlines() if line.startswith("- ")]
            said = max(votes, key=votes.count)
        return Answer(text=said, usage=Usage(prompt_tokens=1, completion_tokens=1, calls=1))


def load(name):
    return Model("knows" in name, "follows" in name)
'''


async def controls(folder: Path, *models: str) -> list[tuple[str, int, float | None]]:
    """What the control of a debate of these models says; its run replays."""
    (folder / "models.py").write_text(MODELS)
    for split, first in (("dev", 1), ("test", 6)):
        rows = "".join(f'{{"input": "{n} + 1 is?", "output": "{n + 1}"}}\n' for n in range(first, first + 5))
        (folder / f"sums.{split}.jsonl").write_text(rows)
    scenario = {
        "protocol": {"use": "text/debate", "options": {"rounds": 1}},
        "team": [{"name": f"m{n}", "model": f"./models.py:{model}"} for n, model in enumerate(models)],
        "topology": "complete",
        "task": {"use": "short_answer", "data": "sums"},
        "control": 3,
    }
    (folder / "s.yaml").write_text(yaml.safe_dump(scenario))
    planned = plan(Scenario.model_validate(scenario), where="s.yaml", folder=folder)
    finished = await run(planned, folder / "run")
    assert (await replay(folder / "run")).samples > 0
    assert {str(row) for row in finished.report.control} <= set(finished.report.notes)
    return [(row.seen, row.calls, row.value) for row in finished.report.control]


async def test_who_follows_gains_by_right_answers_and_loses_by_wrong_ones(tmp_path: Path) -> None:
    found = await controls(tmp_path, "follows", "knows_follows", "knows")
    # One that fails alone hears two right answers; two that know hear one right and one wrong.
    assert found == [("no right answer", 0, None), ("one right answer", 6, -0.5), ("several right answers", 3, 1.0)]


async def test_who_ignores_what_it_hears_neither_gains_nor_loses(tmp_path: Path) -> None:
    found = await controls(tmp_path, "wrong", "knows", "knows")
    assert [value for _, _, value in found] == [None, 0.0, 0.0]


class Broken:
    """A model that fails."""

    async def write(self, *given: object) -> Answer:
        raise RuntimeError("out of order")


async def test_a_twin_that_fails_costs_its_pair_and_nothing_else() -> None:
    item = pocket.load(split="test", limit=1)[0]
    one = Reading("amber", 1, request(Ask(text="?")), ("4",), "5")
    rows = await controlled(Evaluator(pocket), Team({"amber": Broken()}), [item], [[one]])
    assert [row.calls for row in rows] == [0, 0, 0]


def test_a_field_that_is_not_there_cannot_be_what_a_prompt_shows() -> None:
    with pytest.raises(BadMessage, match=r"Wrong: names 'heard'\. Its fields: text\."):

        class Wrong(Prompt):
            text: str
            template = "{text}"
            shows = "heard"
