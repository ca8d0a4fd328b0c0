"""Cascade: ask the cheapest model first; move up while it is not sure enough of its answer.

    for i = 1 .. n-1:   a_i = LM_i(question);  if sure(a_i) >= tau_i: return a_i
    return              LM_n(question)
    tau_i = the `defer_fraction` quantile of sure(a_i) over the dev items that reach level i, or with a `price`
            the least sureness with  E[score_i | sure] >= max over j > i of  mean score_j - price (j - i)  on them

The team's order is the order of cost. `sure` is a measure of `agents/confidence`: of token log-probabilities (Gupta et
al. 2024, https://arxiv.org/abs/2404.10136: the mean is Chow-Average, `token_quantile` Chow-Quantile), the percentage a
model states in a second turn, or agreement. Cascades: Chen et al. 2023 (FrugalGPT), https://arxiv.org/abs/2305.05176.
What differs from MoCo: every level has its own threshold, from the items that reach it; a model that states no number
is not sure. The rule with a price is Chow's, on each model's isotonic calibration, where FrugalGPT trains a scorer.
"""

from ...agents import Answer, Ask, Team, Writer
from ...agents.confidence import quantile
from ...agents.errors import BadScenario
from ...agents.final import finish
from ...agents.objective import Objective
from ...agents.options import takes
from ...trainers.search.cascade_levels import least_sure, on_dev, worth_after
from .messages.cascade import Thresholds
from .options.cascade import Options


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
            values.append(least_sure(graded, {item: sure[item] for item in here}, worth))
        handed = {item for item in here if sure[item] < values[-1]}
        shares.append(len(handed) / len(graded))
        reaching = handed or set(here)
    return team.with_learned(Thresholds(values=tuple(values), reached=tuple(shares)))


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
    return await finish(team, last, question)
