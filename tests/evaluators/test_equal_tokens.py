"""The best single model for no fewer tokens than the protocol spent."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn, Usage
from symposia.agents.budget import Budget
from symposia.agents.context import Context
from symposia.agents.models.base import GREEDY
from symposia.evaluators.dev import Dev
from symposia.evaluators.equal_tokens import EqualTokens, self_consistency, vote
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.sample import Sample
from symposia.tests.support.doubles import Parrot
from symposia.tests.support.samples import sample
from symposia.tests.support.tasks import Exact, items

QUESTION = Ask(text="2 + 2?")


class Priced:
    """Its own answer and, at a temperature, samples of another one, each for so many tokens."""

    def __init__(self, own: str = "4", sampled: str = "5", *, costs: int = 10, samples_cost: int = 10) -> None:
        self.texts, self.costs = (own, sampled), (costs, samples_cost)
        self.heard: list[float] = []

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.heard.append(sampling.temperature)
        hot = sampling.temperature > 0
        return Answer(text=self.texts[hot], usage=Usage(completion_tokens=self.costs[hot], calls=1))


def costing(tokens: int) -> Sample:
    usage = Usage(prompt_tokens=tokens - tokens // 3, completion_tokens=tokens // 3)
    return sample(1.0).model_copy(update={"usage": usage})


def rival(model: Priced, *, spent: int, dev: str = "4") -> EqualTokens:
    """The model, alone, with one dev question and one test question whose own answer costs 10 tokens."""
    evaluator = Evaluator(Exact(), concurrency=1)
    known = Dev(evaluator, items(dev))
    return EqualTokens(evaluator, Team({"amber": model}), known, items("4"), [costing(spent)], [costing(10)])


async def test_the_own_answer_votes_and_samples_are_at_the_temperature_of_their_paper_with_a_seed_each() -> None:
    model = Parrot()
    await vote(Team({"amber": model}), QUESTION, price=Fraction(3))
    assert [sampling.temperature for _, sampling in model.heard] == [0.0, 0.7, 0.7]
    assert len({sampling.seed for _, sampling in model.heard[1:]}) == 2


async def test_of_equals_the_own_answer_is_taken_and_the_most_frequent_one_before_it() -> None:
    assert (await vote(Team({"amber": Priced()}), QUESTION, price=Fraction(2))).text == "4"
    assert (await vote(Team({"amber": Priced()}), QUESTION, price=Fraction(3))).text == "5"


@pytest.mark.parametrize(("price", "times"), [(Fraction(9), 9), (Fraction(94, 10), 10), (Fraction(11, 10), 2)])
async def test_a_vote_never_has_fewer_answers_than_were_paid_for(price: Fraction, times: int) -> None:
    model = Priced()
    await vote(Team({"amber": model}), QUESTION, price=price)
    assert len(model.heard) == times


async def test_where_samples_are_short_there_are_more_of_them() -> None:
    model = Priced(samples_cost=4)
    team = Team({"amber": model})
    await vote(team, QUESTION, price=Fraction(3))
    # 10 + 5 * 4 tokens are three times the own answer's 10.
    assert (len(model.heard), team.spent.completion_tokens) == (6, 30)


async def test_samples_that_cost_nothing_are_no_endless_vote() -> None:
    model = Priced(samples_cost=0)
    await vote(Team({"amber": model}), QUESTION, price=Fraction(3))
    assert len(model.heard) == 12


async def test_where_the_budget_of_a_question_is_spent_those_vote_that_there_are() -> None:
    team = Team({"amber": Priced()}, context=Context(budget=Budget(calls=2)))
    assert (await vote(team, QUESTION, price=Fraction(9))).text == "4"


async def test_the_vote_is_taken_where_it_is_better_on_dev_with_what_it_cost() -> None:
    found = await rival(Priced(), spent=25, dev="5").best()
    assert found.name == "amber x 3 (1.20 x the tokens)"
    assert [one.output for one in found.samples] == ["5"]
    assert found.notes == [
        "Equal tokens: amber is compared by its vote of 3, the better on dev: its own answer 0.000, its vote 1.000."
    ]


async def test_the_own_answer_is_taken_where_it_is_better_on_dev() -> None:
    asked = rival(Priced(), spent=25, dev="4")
    found = await asked.best()
    assert (found.name, found.samples) == ("amber x 1 (0.40 x the tokens)", asked.own)
    assert found.notes == [
        "Equal tokens: amber is compared by its own answer, the better on dev: its own answer 1.000, its vote 0.000."
    ]


async def test_of_equals_on_dev_the_vote_is_taken_since_it_spends_as_much() -> None:
    found = await rival(Priced(sampled="4"), spent=20).best()
    assert found.name == "amber x 2 (1.00 x the tokens)"


async def test_a_protocol_as_cheap_as_the_own_answer_is_compared_with_it_and_nothing_is_asked() -> None:
    model = Priced()
    asked = rival(model, spent=8)
    found = await asked.best()
    assert (found.name, found.samples, found.notes) == ("amber x 1 (1.25 x the tokens)", asked.own, [])
    assert model.heard == []


async def test_where_no_tokens_were_counted_the_own_answer_is_compared() -> None:
    asked = rival(Priced(), spent=8)
    uncounted = EqualTokens(asked.evaluator, asked.model, asked.dev, asked.items, asked.spent, [costing(0)])
    assert uncounted.price == 1


@pytest.mark.parametrize(("spent", "times"), [(90, 9), (94, 9), (96, 10), (3, 1)])
async def test_the_first_comparator_samples_as_often_as_is_nearest_in_tokens(spent: int, times: int) -> None:
    model = Priced()
    found = await rival(model, spent=spent).first()
    assert found.name == f"amber x {times}"
    assert model.heard == ([0.7] * times if times > 1 else [0.0])


async def test_self_consistency_takes_the_most_frequent_sample() -> None:
    said = await self_consistency(Team({"amber": Priced()}), QUESTION, samples=3)
    assert said.text == "5"
