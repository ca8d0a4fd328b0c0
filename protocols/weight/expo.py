"""ExPO: go on in the direction in which a model became better, beyond the better one.

    theta = theta_t + alpha (theta_t - theta_s) = (1 + alpha) theta_t - alpha theta_s

Zheng et al. 2024, https://arxiv.org/abs/2404.16792, where s is the SFT model and t its aligned descendant;
MoCo's weight_expo. What differs: one rounding; alpha = 0 (t itself) is a candidate, so that a chosen alpha is
never worse than t on dev; the others are scored at once, each until it cannot be better than t; the winner is
not built twice.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field

from ...agents import Message, Open, Team
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.objective import Objective
from ...agents.options import ProtocolOptions, takes
from ...trainers.merging.checks import check_mergeable
from ...trainers.merging.mixture import mixture
from ...trainers.search import Vector, search
from ...trainers.search.candidates import Candidates
from ...trainers.search.grid import Grid
from ...trainers.search.scoring import on_task

Mode: TypeAlias = Literal["worst_to_best", "topk_bottomk", "pairs"]


class Step(Message):
    """The result of `prepare`: the models to go from, those to go towards, and the step beyond them.

    >>> Step(sources=("sft",), targets=("dpo",), alpha=0.3).targets
    ('dpo',)
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    alpha: float


class Options(ProtocolOptions):
    """The direction of the extrapolation, and its step.

    >>> Options.given({"alpha": float("nan")}, where="weight/expo")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: weight/expo.alpha: input should be a finite number, not nan.
    """

    mode: Mode = Field("worst_to_best", description="The models to go from and towards.")
    k: int = Field(1, ge=1, description="The number of best and of worst models (topk_bottomk).")
    pairs: Mapping[str, str] | None = Field(None, description="Members by source and target (pairs).")
    select: Literal["target", "gain", "source"] = Field("target", description="The dev score that chooses a pair.")
    alpha: float = Field(0.3, allow_inf_nan=False, description="The step beyond the target, in units of the change.")
    alphas: tuple[float, ...] = Field((), description="Values to try on dev, beside 0.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for a pair of non-members, `BadScenario` where there is nothing to go from."""
        check_members(members, (name for pair in (self.pairs or {}).items() for name in pair))
        if len(members) < 2:
            raise BadScenario("weight/expo: one model has no other to go from. Name two at least.")
        if self.mode == "pairs" and not self.pairs:
            raise BadScenario("weight/expo: no pairs. Name them by source and target: pairs: {sft: dpo}.")
        if any(source == target for source, target in (self.pairs or {}).items()):
            raise BadScenario("weight/expo: a pair of a model and itself has no direction. Name two models.")
        if self.mode == "topk_bottomk":
            self.check_most("k", len(members) // 2, "models on a side", where="weight/expo")


@takes(Options)
async def prepare(team: Team[Open], dev: Objective, options: Options) -> Team[Open]:
    """A team of one, the extrapolated model.

    From the worst member to the best, from the mean of the `k` worst to that of the `k` best, or along the
    best of `pairs`, source to target, by the dev score that `select` names. With `alphas` the best of them
    and 0 is taken, else `alpha`.
    """
    check_mergeable(team.models)
    sources, targets = await ends(team, dev, options.mode, options.k, options.pairs or {}, options.select)
    named = (*sources, *targets)

    def make(alpha_as_vector: Vector, name: str) -> Open:
        (step,) = alpha_as_vector
        shares = [-step / len(sources)] * len(sources) + [(1 + step) / len(targets)] * len(targets)
        return mixture({one: team.models[one] for one in named}, shares, name=name)

    if not options.alphas:
        model, chosen = make((options.alpha,), "extrapolated"), options.alpha
    else:
        candidates = Candidates(team, make, on_task(dev), name="extrapolated")
        found = await search(Grid((value,) for value in dict.fromkeys((0.0, *options.alphas))), candidates)
        model, chosen = candidates.best or make(found.best, "extrapolated"), found.best[0]
    return team.with_models({"extrapolated": model}).with_learned(Step(sources=sources, targets=targets, alpha=chosen))


async def ends(
    team: Team[Open], dev: Objective, mode: str, k: int, pairs: Mapping[str, str], select: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The models to go from, and those to go towards."""
    if mode == "pairs":
        source, target = await best_pair(team, dev, pairs, select)
        return (source,), (target,)
    ranked = await dev.rank(team)
    count = k if mode == "topk_bottomk" else 1
    return tuple(ranked[-count:]), tuple(ranked[:count])


async def best_pair(team: Team[Open], dev: Objective, pairs: Mapping[str, str], select: str) -> tuple[str, str]:
    """The pair with the best dev score of its target, of its source, or the largest gain; the first of equals."""
    wanted = list(pairs.items())
    if len(wanted) == 1:
        return wanted[0]
    members = dict.fromkeys(name for pair in wanted for name in pair)
    scores = await gather({name: score(team, dev, name) for name in members})
    values = {
        "target": lambda pair: scores[pair[1]],
        "source": lambda pair: scores[pair[0]],
        "gain": lambda pair: scores[pair[1]] - scores[pair[0]],
    }
    return max(wanted, key=values[select])


async def score(team: Team[Open], dev: Objective, name: str) -> float:
    """The dev score of a member."""
    return await dev(team.only([name]))
