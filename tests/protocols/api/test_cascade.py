"""api/cascade: cheap models first."""

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.errors import BadScenario, MissingCapability
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.protocols.api import cascade
from symposia.tests.support.doubles import KnownScores

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
