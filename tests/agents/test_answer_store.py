"""The store of answers: asked once, kept by content, counted once."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Sampling, Team, Usage
from symposia.agents.answer_store import AnswerStore
from symposia.agents.context import Context
from symposia.agents.errors import CannotWrite
from symposia.agents.loading import load
from symposia.agents.message import Ask
from symposia.agents.models.base import GREEDY
from symposia.agents.turn import Turn

ASKED = (Turn("user", "2 + 2?"),)


class Counting:
    """Counts who asks, and says how often it was asked, and with which seed."""

    def __init__(self) -> None:
        self.asked = 0

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.asked += 1
        await asyncio.sleep(0)
        return Answer(text=f"{self.asked} {sampling.seed}", usage=Usage(calls=1, completion_tokens=2))


def opened(folder: Path, model: object, **more: Any) -> AnswerStore:
    store = AnswerStore(folder / "answers.sqlite", **more)
    store.know(model, "counting")
    return store


async def test_the_same_question_is_asked_once_also_after_the_process_ended(tmp_path: Path) -> None:
    model = Counting()
    first = opened(tmp_path, model)
    said = await first.write(model, ASKED, Sampling())
    first.close()
    again = opened(tmp_path, model)
    assert await again.write(model, ASKED, Sampling()) == said
    assert (model.asked, again.spent) == (1, Usage(calls=1, completion_tokens=2))


async def test_what_is_asked_twice_at_the_same_time_is_asked_once(tmp_path: Path) -> None:
    model = Counting()
    store = opened(tmp_path, model)
    answers = await asyncio.gather(*(store.write(model, ASKED, Sampling()) for _ in range(5)))
    assert model.asked == 1
    assert len(set(map(str, answers))) == 1


async def test_a_seed_counts_where_there_is_something_to_draw_and_nowhere_else(tmp_path: Path) -> None:
    model = Counting()
    store = opened(tmp_path, model)
    greedy = [await store.write(model, ASKED, Sampling(seed=seed)) for seed in (7, 8)]
    assert [said.text for said in greedy] == ["1 0", "1 0"]
    drawn = [await store.write(model, ASKED, Sampling(temperature=0.5, seed=seed)) for seed in (7, 8, 7)]
    assert [said.text for said in drawn] == ["2 7", "3 8", "2 7"]


@pytest.mark.parametrize(
    ("turns", "sampling"),
    [
        ((Turn("user", "2 + 3?"),), Sampling()),
        ((Turn("system", "Be brief."), *ASKED), Sampling()),
        (ASKED, Sampling(max_tokens=8)),
        (ASKED, Sampling(stop=("\n",))),
    ],
)
async def test_another_question_is_asked(turns: Sequence[Turn], sampling: Sampling, tmp_path: Path) -> None:
    model = Counting()
    store = opened(tmp_path, model)
    await store.write(model, ASKED, Sampling())
    await store.write(model, turns, sampling)
    assert model.asked == 2


async def test_a_model_that_is_not_known_is_asked_every_time_and_counted(tmp_path: Path) -> None:
    model = Counting()
    store = AnswerStore(tmp_path / "answers.sqlite")
    for _ in range(2):
        await store.write(model, ASKED, Sampling())
    assert (model.asked, store.spent.calls) == (2, 2)


async def test_a_choice_is_kept_too(tmp_path: Path) -> None:
    model: Any = load("pocket:base")
    store = opened(tmp_path, model)
    said = await store.choose(model, ASKED, ("4", "5"))
    assert await store.choose(model, ASKED, ("4", "5")) == said
    assert await store.choose(model, ASKED, ("5", "4")) != said
    assert store.spent.calls == 2 * said.usage.calls


async def test_a_team_asks_its_store(tmp_path: Path) -> None:
    model = Counting()
    context = Context(answers=opened(tmp_path, model))
    for question in ("q1", "q2"):
        await Team({"amber": model}, context=context, question=question).ask("amber", Ask(text="2 + 2?"))
    assert model.asked == 1


async def test_who_watches_hears_what_was_spent(tmp_path: Path) -> None:
    heard: list[Usage] = []
    model = Counting()
    store = opened(tmp_path, model, watch=heard.append)
    for _ in range(2):
        await store.write(model, ASKED, Sampling())
    assert [one.calls for one in heard] == [1]


async def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    class Late(Counting):
        async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
            said = await super().write(turns, sampling)
            if self.asked == 1:
                raise RuntimeError("out of ink")
            return said

    model = Late()
    store = opened(tmp_path, model)
    with pytest.raises(RuntimeError):
        await store.write(model, ASKED, Sampling())
    assert (await store.write(model, ASKED, Sampling())).text == "2 0"


def test_a_file_of_another_form_is_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "answers.sqlite") as file:
        file.execute("CREATE TABLE spent (usage TEXT)")
    with pytest.raises(CannotWrite, match=r"answers\.sqlite: no such column: name"):
        AnswerStore(tmp_path / "answers.sqlite")


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").mkdir()
    with pytest.raises(CannotWrite, match="Make it writable"):
        AnswerStore(tmp_path / "answers.sqlite")
