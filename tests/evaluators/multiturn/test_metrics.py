"""Metrics of a future: the task's own grading of what a judge extracts, and scores that could not be taken."""

from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Team, Turn
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.multiturn.futures import Future
from symposia.evaluators.multiturn.metrics import Metric, Metrics
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import coding, pocket
from symposia.tests.support.data import written
from symposia.tests.support.sandbox import holding

ADD = {
    "prompt": 'def add(x, y):\n    """Add two numbers."""\n',
    "test": "def check(candidate):\n    assert candidate(2, 3) == 5\n",
    "entry_point": "add",
}
RIGHT, WRONG = "def add(x, y):\n    return x + y\n", "def add(x, y):\n    return 7\n"


def future(*said: str) -> Future:
    """A conversation that the user begins."""
    turns = tuple(Turn("assistant" if place % 2 else "user", text) for place, text in enumerate(said))
    return Future(turns=turns, response=1, stop="window")


def delivers(text: str) -> str:
    """What a judge replies that extracts this text."""
    escaped = text.replace("\n", "\\n")
    return f'{{"thought": "The last version.", "final_completion": "{escaped}"}}'


async def scored(
    item: Item, said: Future, *judge: str, metrics: list[Metric], task: Any = None
) -> tuple[dict[str, float | None], list[str]]:
    """The scores of a future by a scripted judge, and the prompts that the judge read."""
    ann = Scripted(*judge)
    found = await Metrics(metrics, task, Team({"ann": ann}))(item, said, "q0")
    return dict(found), ann.prompts


@pytest.mark.parametrize(("code", "score"), [(RIGHT, 1.0), (WRONG, 0.0)])
async def test_extracted_code_is_run_against_the_tests_of_the_task(tmp_path: Path, code: str, score: float) -> None:
    (item,) = coding.load(split="test", data=written(tmp_path, [ADD]), sandbox=holding("landlock"))
    said = future("Add, please.", "Floats too?", "No.", "Then it is done, as above.")
    metrics = [Metric(use="task", extract="code")]
    found, (prompt,) = await scored(item, said, delivers(code), metrics=metrics, task=coding)
    assert found == {"code->task": score}
    assert "What it must be like: it defines add." in prompt


async def test_an_extracted_document_is_compared_with_the_reference() -> None:
    item = Item("Describe the cat.", "", "the cat sat on the mat")
    metrics = [
        Metric(use="bleu", extract="document"),
        Metric(use="bleu", extract="document", options={"unit": "words"}),
    ]
    said = future("A cat?", "Which one?")
    found, prompts = await scored(item, said, delivers("the cat sat on the hat"), metrics=metrics[:1])
    assert found == {"document->bleu": pytest.approx(0.886705, abs=5e-7)}
    assert "What it must be like" not in prompts[0]
    found, _ = await scored(item, said, delivers("the cat sat on the hat"), metrics=metrics[1:])
    assert found == {"document->bleu": pytest.approx(0.759836, abs=5e-7)}


async def test_two_metrics_of_one_document_extract_it_once() -> None:
    item = Item("Describe the cat.", "", "the cat")
    metrics = [Metric(use="bleu", extract="document"), Metric(use="accuracy", extract="document")]
    said = (delivers("the cat"), '{"accuracy": 1}')
    found, prompts = await scored(item, future("A cat?", "the cat"), *said, metrics=metrics)
    assert found == {"document->bleu": 1.0, "document->accuracy": 1.0}
    assert len(prompts) == 2


async def test_nothing_extracted_is_no_score_and_not_0() -> None:
    item = Item("Describe the cat.", "", "the cat")
    metrics = [Metric(use="bleu", extract="document")]
    found, prompts = await scored(item, future("A cat?", "the cat"), "none", "none", metrics=metrics)
    assert (found, len(prompts)) == ({"document->bleu": None}, 2)


async def test_without_something_to_extract_the_last_message_is_graded() -> None:
    (item,) = pocket.load(split="test", limit=1)
    found, prompts = await scored(
        item, future("?", str(item.gold)), "unused", metrics=[Metric(use="task")], task=pocket
    )
    assert (found, prompts) == ({"task": 1.0}, [])


def test_two_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(BadScenario, match=r"metrics: bleu, bleu\. Name one at least, each once\."):
        Metrics([Metric(use="bleu"), Metric(use="bleu", options={"unit": "words"})])
