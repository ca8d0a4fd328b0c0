"""api/trained_router: a router's distribution over models says who answers."""

from collections.abc import Sequence
from math import log
from statistics import fmean

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.message import Choice
from symposia.agents.models.scripted import Scripted
from symposia.agents.turn import Turn
from symposia.protocols.api import trained_router
from symposia.tests.support.doubles import KnownScores, Tabled

QUESTION = Ask(text="2 + 2?", form="Reply with a number.")


class Sure:
    """A router with a fixed distribution, which keeps what it was asked."""

    name = "sure"

    def __init__(self, *shares: float) -> None:
        self.shares, self.asked = shares, []  # type: ignore[var-annotated]

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        self.asked.append((turns[-1].text, tuple(labels)))
        return Choice(labels=tuple(labels), logprobs=tuple(map(log, self.shares)))

    async def write(self, *_: object) -> None:
        raise AssertionError("a router does not answer")

    open = decode = encode = write
    vocabulary = None


def team(router: object) -> Team[object]:
    return Team({"router": router, "cheap": Scripted("cheap"), "dear": Scripted("dear")})


@pytest.mark.parametrize(
    ("shares", "threshold", "who"),
    [
        ((0.3, 0.7), 1.0, "dear"),
        ((0.7, 0.3), 1.0, "cheap"),
        ((0.5, 0.5), 1.0, "cheap"),
        ((0.3, 0.7), 0.4, "cheap"),
        ((0.3, 0.7), 0.5, "dear"),
        ((0.01, 0.99), 0.0, "cheap"),
    ],
)
async def test_the_first_model_that_is_likely_enough_answers(
    shares: tuple[float, ...], threshold: float, who: str
) -> None:
    members = team(Sure(*shares))
    assert (await trained_router.answer(members, QUESTION, threshold=threshold)).text == who
    assert members.spent.calls == 1


async def test_the_router_reads_the_question_without_its_form_and_labels_of_a_closed_set() -> None:
    router = Sure(0.3, 0.7)
    await trained_router.answer(team(router), QUESTION, descriptions={"dear": "adds"})
    ((prompt, labels),) = router.asked
    assert "1. cheap\n2. dear: adds" in prompt
    assert "Reply with a number" not in prompt
    assert labels == ("Model 1", "Model 2")


@pytest.mark.parametrize(
    ("reply", "who"),
    [("Model 2", "dear"), ("model 1.", "cheap"), ("Model 12", "dear"), ("either", "dear"), ("", "dear")],
)
async def test_a_router_that_writes_is_read_strictly_and_else_the_best_on_dev_answers(reply: str, who: str) -> None:
    members = await trained_router.prepare(team(Scripted(reply)), KnownScores({"cheap": 0.1, "dear": 0.9}))
    assert (await trained_router.answer(members, QUESTION)).text == who


async def test_one_answering_model_is_that_model() -> None:
    members = Team({"router": Sure(1.0), "only": Scripted("4")})
    assert (await trained_router.answer(members, QUESTION)).text == "4"


SCORES = {"cheap": [1.0, 0.0, 1.0, 0.0, None], "dear": [0.0, 1.0, 1.0, 0.0, 1.0]}


async def test_rows_to_train_on_name_the_best_model_of_each_dev_question() -> None:
    dev = Tabled(["a", "b", "c", "d", "e"], SCORES)
    found = await trained_router.review(team(Sure(0.5, 0.5)), dev, dev)
    assert [(row["completion"], row["weight"]) for row in found["router_rows.json"]] == [("Model 1", 1), ("Model 2", 1)]
    assert "Question:\na\n" in found["router_rows.json"][0]["prompt"]


def test_models_that_share_the_best_score_share_the_weight() -> None:
    found = trained_router.rows(["q"], {"a": [1.0], "b": [0.0], "c": [1.0]})
    assert [(row["completion"], row["weight"]) for row in found] == [("Model 1", 0.5), ("Model 3", 0.5)]


def test_a_router_that_follows_its_rows_is_the_oracle() -> None:
    scores = {"a": [1.0, 0.0, 0.5], "b": [0.0, 1.0, 0.2]}
    found = trained_router.rows(["0", "1", "2"], scores)
    reached = [list(scores.values())[int(row["completion"][-1]) - 1][int(row["prompt"])] for row in found]
    assert fmean(reached) == fmean(max(pair) for pair in zip(*scores.values(), strict=True))


async def test_a_router_alone_or_a_stranger_is_refused() -> None:
    with pytest.raises(BadScenario, match="no member besides the router"):
        await trained_router.answer(Team({"router": Scripted()}), QUESTION)
    with pytest.raises(UnknownName, match="no agent named 'judge'"):
        await trained_router.answer(team(Scripted()), QUESTION, router="judge")
