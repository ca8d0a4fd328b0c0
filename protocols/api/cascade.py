"""Cascade: ask the cheapest model first; move up while it is not sure enough of its answer.

    for i = 1 .. n-1:   a_i = LM_i(question);  if sure(a_i) >= tau_i: return a_i
    return              LM_n(question)
    tau_i = the `defer_fraction` quantile of sure(a_i) over the dev items that reach level i, or with a `price`
            the least sureness with  E[score_i | sure] >= max over j > i of  mean score_j - price (j - i)  on them

The team's order is the order of cost. `sure` is the mean log-probability of the emitted tokens
(`confidence="logprob"`, Chow-Average of Gupta et al. 2024, https://arxiv.org/abs/2404.10136; `token_quantile` is their
Chow-Quantile), the percentage a model states in a second turn, over 100 (`"stated"`), or the share of `samples` that
agree with the most frequent answer, which is then the level's (`"agreement"`). Cascades: Chen et al. 2023 (FrugalGPT),
https://arxiv.org/abs/2305.05176. What differs from MoCo: every level has its own threshold, from the items
that reach it; a model that states no number is not sure. The rule with a price is Chow's, on each model's own isotonic
calibration, where FrugalGPT trains a scorer.
"""

from functools import partial
from statistics import fmean
from typing import Final

from pydantic import Field

from ...agents import Answer, Ask, Message, Team, Writer
from ...agents.collective import Collective
from ...agents.confidence import Confidence, Measure, calibrated, quantile, token_logprob
from ...agents.errors import BadScenario
from ...agents.objective import Graded, Objective
from ...agents.options import ProtocolOptions, takes

NEVER: Final = 1e9
"""A threshold that no confidence reaches."""


class Thresholds(Message):
    """The confidence that each level but the last needs, in the team's order, and the share of dev that reaches each.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> team = Team({"small": Scripted("5", "60"), "large": Scripted("4")}).with_learned(Thresholds(values=(0.7,)))
    >>> asyncio.run(answer(team, Ask(text="2 + 2?"), confidence="stated")).text
    '4'
    """

    values: tuple[float, ...]
    reached: tuple[float, ...] = ()


class Options(ProtocolOptions):
    """The measure of confidence and its thresholds.

    >>> Options.given({"defer_fraction": 30}, where="api/cascade")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/cascade.defer_fraction: input should be less than or equal to 1, not 30.
    """

    confidence: Confidence = Field("logprob", description="Mean token log-probability, stated, or agreement.")
    defer_fraction: float = Field(0.5, ge=0, le=1, description="The share of dev items that each level hands on.")
    thresholds: tuple[float, ...] | None = Field(None, description="The confidence that each level but the last needs.")
    price: float | None = Field(None, ge=0, description="The score that handing on costs; instead of defer_fraction.")
    token_quantile: float | None = Field(None, ge=0, le=1, description="A quantile of token log-probabilities; mean.")
    samples: int = Field(5, ge=2, le=100, description="With `agreement`: the answers of a level.")
    temperature: float = Field(0.7, gt=0, description="With `agreement`: their temperature.")

    @property
    def measure(self) -> Measure:
        """The measure of confidence."""
        return Measure(self.confidence, self.token_quantile, self.samples, self.temperature)


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective, options: Options) -> Team[Writer]:
    """The team with a threshold for each level but the last, from the dev items that reach it."""
    if options.thresholds is not None:
        return team.with_learned(Thresholds(values=options.thresholds))
    reaching: set[int] | None = None
    values: list[float] = []
    shares = [1.0]
    for level, name in enumerate(team.names[:-1]):
        graded, sure = await on_dev(team, dev, name, options.measure)
        here = [item for item in sure if reaching is None or item in reaching]
        if options.price is None:
            values.append(quantile([sure[item] for item in here], options.defer_fraction))
        else:
            worth = await worth_after(team, dev, level, here, options.price)
            scored = [item for item in here if graded[item].score is not None]
            steps = calibrated([sure[item] for item in scored], [graded[item].score or 0.0 for item in scored])
            values.append(next((least for least, score in steps if score >= worth), NEVER))
        handed = {item for item in here if sure[item] < values[-1]}
        shares.append(len(handed) / len(graded))
        reaching = handed or set(here)
    return team.with_learned(Thresholds(values=tuple(values), reached=tuple(shares)))


async def on_dev(
    team: Team[Writer], dev: Objective, name: str, measure: Measure
) -> tuple[list[Graded], dict[int, float]]:
    """A member's graded answers to dev, and its sureness of each by position; those that failed have none."""
    if measure.kind == "logprob":
        graded = list(await dev.graded(team.only([name])))
        found = {at: token_logprob(name, one.answer, measure.quantile) for at, one in enumerate(graded) if one.answer}
        return graded, found
    noted: dict[str, float] = {}
    level = Collective(team.only([name]), partial(noting, measure=measure, noted=noted))
    graded = list(await dev.graded(team.with_models({name: level})))
    asked = [question.render() for question in dev.questions]
    return graded, {at: noted[asked[at]] for at, one in enumerate(graded) if one.answer and asked[at] in noted}


async def noting(team: Team[Writer], question: Ask, *, measure: Measure, noted: dict[str, float]) -> Answer:
    """The answer of a team's only member; its sureness is noted by the question's text."""
    said, noted[question.render()] = await measure.ask(team, team.names[0], question)
    return said


async def worth_after(team: Team[Writer], dev: Objective, level: int, items: list[int], price: float) -> float:
    """The best mean score of a later level on these dev items, less the price of each step up to it."""
    found = []
    for steps, name in enumerate(team.names[level + 1 :], 1):
        graded = await dev.graded(team.only([name]))
        scores = [score for item in items if (score := graded[item].score) is not None]
        found += [fmean(scores) - price * steps] if scores else []
    return max(found, default=0.0)


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The answer of the first model whose confidence reaches its threshold, or of the last model."""
    learned = team.learned_as(Thresholds) or Thresholds(values=options.thresholds or ())
    *cheaper, last = team.names
    if len(learned.values) != len(cheaper):
        raise BadScenario(
            f"api/cascade: {len(learned.values)} thresholds for {len(cheaper)} levels. Every one but the last has one."
        )
    for name, threshold in zip(cheaper, learned.values, strict=True):
        said, sureness = await options.measure.ask(team, name, question)
        if sureness >= threshold:
            return said
    return await team.ask(last, question)
