"""api/cascade: cheap models first."""

from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Team, Turn
from symposia.agents.errors import BadScenario, MissingCapability
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.agents.objective import Graded
from symposia.protocols.api import cascade
from symposia.tests.support.doubles import KnownScores, Scoring

QUESTION = Ask(text="2 + 2?")


class Sure:
    """Writes one text, every time as likely as it is told."""

    def __init__(self, text: str, *logprobs: float) -> None:
        self.text = text
        self.logprobs = list(logprobs)

    async def write(self, turns: object, sampling: object = GREEDY) -> Answer:
        return Answer(text=self.text, logprobs=(self.logprobs.pop(0),))


async def test_a_sure_cheap_model_spares_the_dear_one() -> None:
    team = Team({"cheap": Sure("4", -0.1), "dear": Scripted()})
    assert (await cascade.answer(team, QUESTION, thresholds=(-0.5,))).text == "4"


async def test_an_unsure_cheap_model_hands_on() -> None:
    team = Team({"cheap": Sure("5", -0.9), "dear": Scripted("4")})
    assert (await cascade.answer(team, QUESTION, thresholds=(-0.5,))).text == "4"


async def test_stated_confidence_is_a_second_turn() -> None:
    cheap = Scripted("4", "95 percent")
    team = Team({"cheap": cheap, "dear": Scripted()})
    assert (await cascade.answer(team, QUESTION, confidence="stated", thresholds=(0.7,))).text == "4"
    assert "How likely is it right" in cheap.prompts[1]


@pytest.mark.parametrize(("fraction", "threshold"), [(0.5, -0.3), (0.25, -0.4), (0.0, -0.5), (1.0, -0.1)])
async def test_a_threshold_is_a_quantile_of_dev(fraction: float, threshold: float) -> None:
    dev = KnownScores({}, {"cheap": [Answer(text="", logprobs=(p,)) for p in (-0.1, -0.2, -0.3, -0.4, -0.5)]})
    team = await cascade.prepare(Team({"cheap": Scripted(), "dear": Scripted()}), dev, defer_fraction=fraction)
    learned = team.learned_as(cascade.Thresholds)
    assert learned is not None
    assert learned.values == pytest.approx((threshold,))


async def test_a_second_threshold_is_from_what_reaches_it() -> None:
    one = [Answer(text="", logprobs=(p,)) for p in (-0.1, -0.2, -0.8, -0.9)]
    two = [Answer(text="", logprobs=(p,)) for p in (-9.0, -9.0, -0.4, -0.2)]
    team = Team({"a": Scripted(), "b": Scripted(), "c": Scripted()})
    learned = (await cascade.prepare(team, KnownScores({}, {"a": one, "b": two}))).learned_as(cascade.Thresholds)
    assert learned is not None
    assert learned.values == pytest.approx((-0.5, -0.3))


async def test_a_cascade_without_thresholds_is_an_error() -> None:
    with pytest.raises(BadScenario) as raised:
        await cascade.answer(Team({"a": Scripted(), "b": Scripted()}), QUESTION)
    assert str(raised.value) == "api/cascade: 0 thresholds for 1 levels. Every one but the last has one."


async def test_a_model_without_log_probabilities_cannot_cascade_by_them() -> None:
    with pytest.raises(MissingCapability) as raised:
        await cascade.answer(Team({"a": Scripted("4"), "b": Scripted()}), QUESTION, thresholds=(-1.0,))
    assert str(raised.value) == ("a: shows no log-probabilities. Use confidence: stated, or a model that does.")


async def test_a_quantile_of_token_log_probabilities_sees_one_unlikely_token() -> None:
    class Unlikely:
        async def write(self, turns: object, sampling: object = GREEDY) -> Answer:
            return Answer(text="5", logprobs=(-0.1, -0.1, -3.0, -0.1))

    for token_quantile, text in ((None, "5"), (0.0, "4"), (1.0, "5")):
        team = Team({"cheap": Unlikely(), "dear": Scripted("4")})
        found = await cascade.answer(team, QUESTION, thresholds=(-1.0,), token_quantile=token_quantile)
        assert found.text == text


@pytest.mark.parametrize(
    ("said", "text", "calls"),
    [(("4", "4", "5", "4"), "4", 4), (("4", "6", "5", "4"), "7", 5), (("4", "", "", ""), "7", 5), (("",) * 4, "7", 5)],
)
async def test_a_level_that_agrees_with_itself_is_sure(said: tuple[str, ...], text: str, calls: int) -> None:
    team = Team({"cheap": Scripted(*said), "dear": Scripted("7")}).at("test/0")
    found = await cascade.answer(team, QUESTION, confidence="agreement", samples=4, thresholds=(0.75,))
    assert (found.text, team.spent.calls) == (text, calls)


class Asked(Scoring):
    """A dev split that asks the team's only member; an answer is right if it is the question's gold one."""

    bounds = (0.0, 1.0)

    def __init__(self, gold: dict[str, str]) -> None:
        self.gold = gold
        self.questions = [Ask(text=question) for question in gold]

    async def graded(self, team: Team[Any], count: int | None = None) -> list[Graded]:
        (model,) = team.models.values()
        said = [await model.write([Turn("user", question)]) for question in self.gold]
        return [Graded(one, float(one.text == gold)) for one, gold in zip(said, self.gold.values(), strict=True)]


class Stating:
    """Answers from a table of answers and percentages."""

    def __init__(self, **known: tuple[str, int]) -> None:
        self.known = known

    async def write(self, turns: Sequence[Turn], sampling: object = GREEDY) -> Answer:
        text, percent = self.known[turns[-1].text.splitlines()[0]]
        return Answer(text=str(percent) if "How likely" in turns[-1].text else text)


DEV = Asked(dict.fromkeys("abcd", "yes"))
CHEAP = {"a": ("yes", 90), "b": ("yes", 80), "c": ("no", 70), "d": ("no", 20)}
DEAR = {"a": ("yes", 0), "b": ("no", 0), "c": ("yes", 0), "d": ("yes", 0)}


@pytest.mark.parametrize(
    ("price", "threshold", "reached"),
    [(0.0, 0.8, 0.5), (0.74, 0.8, 0.5), (0.75, 0.2, 0.0), (1.0, 0.2, 0.0)],
)
async def test_handing_on_has_to_be_worth_its_price(price: float, threshold: float, reached: float) -> None:
    team = Team({"cheap": Stating(**CHEAP), "dear": Stating(**DEAR)})
    learned = (await cascade.prepare(team, DEV, confidence="stated", price=price)).learned_as(cascade.Thresholds)
    assert learned == cascade.Thresholds(values=(threshold,), reached=(1.0, reached))


async def test_a_level_that_is_never_as_good_as_the_next_always_hands_on() -> None:
    team = Team({"cheap": Stating(**dict.fromkeys("abcd", ("no", 99))), "dear": Stating(**DEAR)})
    prepared = await cascade.prepare(team, DEV, confidence="stated", price=0.1)
    assert (await cascade.answer(prepared, Ask(text="a"), confidence="stated")).text == "yes"
    learned = prepared.learned_as(cascade.Thresholds)
    assert learned is not None
    assert learned.reached == (1.0, 1.0)


async def test_stated_confidence_has_a_quantile_of_dev_too() -> None:
    team = Team({"cheap": Stating(**CHEAP), "dear": Stating(**DEAR)})
    learned = (await cascade.prepare(team, DEV, confidence="stated")).learned_as(cascade.Thresholds)
    assert learned is not None
    assert learned.values == pytest.approx((0.75,))
