"""Contrast: steer a base model's logits toward good models and away from bad ones.

    z_t = z_base + strength * (sum_i z_toward_i - sum_i z_away_i)
    y_t ~ softmax(z_t) over the tokens with p_base >= plausible * max p_base

Unnamed, the models are ranked on dev: base is the best, toward the `k` best, away the `k` worst (MoCo's
logit_logit_contrastive). Named, it is one of these, if `plausible` and `strength` are as here:

    DExperts               base: B, toward: [EXPERT], away: [ANTI_EXPERT], strength: 2.0, plausible: 0
    proxy tuning           base: LARGE, toward: [TUNED], away: [UNTUNED], strength: 1.0, plausible: 0
    contrastive decoding   base: EXPERT, toward: [], away: [AMATEUR], strength: 1.0, plausible: 0.1

https://arxiv.org/abs/2105.03023, https://arxiv.org/abs/2401.08565, https://arxiv.org/abs/2210.15097. The last is
log p_expert - log p_amateur under its mask; a temperature T of its amateur is strength: 1/T. What differs from them:
DExperts cuts the base to its likeliest tokens before it is steered, contrastive decoding searches by beams; tokens are
picked here as `sampling` says.

With `speculate`, the `drafter`, by default the last model steered away from, writes so many tokens ahead, and the
others read them in one forward pass: the same text, sooner, where the drafter is small and often right (CoS, Fu
et al. 2025, https://arxiv.org/abs/2502.01662; see logit/fusion).

What differs from MoCo: the plausibility mask (0 turns it off); models that cancel out are not run; overlapping
ends of the ranking are refused unless allowed.
"""

from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING

from pydantic import Field

from ...agents import Answer, Ask, Message, Stepper, Team
from ...agents.decoding.combine import Combine, total
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import check_vocabularies
from ...agents.errors import BadScenario, UnknownName
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes

if TYPE_CHECKING:
    from torch import Tensor


class Contrast(Combine):
    """The base model's logits plus those of some models minus those of others, scaled by `strength`.

    >>> import torch
    >>> contrast = Contrast(base="base", toward=("expert",), away=("amateur",), strength=2.0, plausible=0.0)
    >>> contrast(torch.tensor([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])).tolist()
    [7.0, 0.0]
    """

    base: str
    toward: tuple[str, ...]
    away: tuple[str, ...]
    strength: float = 0.2
    plausible: float = 0.1

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The base, and the models whose coefficients are not 0."""
        return tuple(self.coefficients)

    @property
    def coefficients(self) -> dict[str, float]:
        """The coefficient of each model's logits, the base's first."""
        counts = {name: self.toward.count(name) - self.away.count(name) for name in (*self.toward, *self.away)}
        moved = {name: self.strength * count for name, count in counts.items()}
        others = {name: factor for name, factor in moved.items() if factor and name != self.base}
        return {self.base: 1 + moved.get(self.base, 0.0), **others}

    def __call__(self, logits: "Tensor") -> "Tensor":
        """Logits of shape (..., peers, vocabulary) to (..., vocabulary); implausible tokens are -inf."""
        combined = total(logits, list(self.coefficients.values()))
        if not self.plausible:
            return combined
        base = logits[..., 0, :]
        floor = base.amax(-1, keepdim=True) + log(self.plausible)
        return combined.masked_fill(base < floor, -float("inf"))


class Ranking(Message):
    """The result of `prepare`: the members by dev score, best first, and the scores.

    >>> Ranking(names=("expert", "amateur"), scores=(0.9, 0.4)).names[0]
    'expert'
    """

    names: tuple[str, ...]
    scores: tuple[float, ...]


class Options(ProtocolOptions):
    """The models that steer, their strength, and the plausibility mask.

    >>> Options(plausible=10).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: logit/contrast.plausible: 10.0 is not a fraction. Use 0 to 1; 0 masks nothing.
    """

    k: int = Field(1, description="The number of best and of worst models on dev that steer, where none are named.")
    strength: float = Field(0.2, description="The factor of the logits added to the base's.")
    plausible: float = Field(0.1, description="The share of the base's top probability a token needs; 0 masks none.")
    base: str | None = Field(None, description="The member that is steered, by default the best on dev.")
    toward: tuple[str, ...] | None = Field(None, description="Members to steer toward.")
    away: tuple[str, ...] | None = Field(None, description="Members to steer away from.")
    allow_overlap: bool = Field(False, description="Allow members at both ends of the ranking; they cancel out.")
    speculate: int = Field(0, description="Tokens that the drafter writes ahead.")
    drafter: str | None = Field(None, description="The drafter, by default the last model steered away from.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` for numbers out of range."""
        Combine().speculating(self.speculate, self.drafter, members)
        most = len(members) // (1 if self.allow_overlap else 2)
        if (self.toward is None or self.away is None) and not 1 <= self.k <= most:
            raise BadScenario(
                f"logit/contrast.k: {self.k} best and {self.k} worst of {len(members)} models. "
                f"Use a k from 1 to {len(members) // 2}, or allow_overlap: true; models in both cancel out."
            )
        if not 0 <= self.plausible <= 1:
            raise BadScenario(
                f"logit/contrast.plausible: {self.plausible} is not a fraction. Use 0 to 1; 0 masks nothing."
            )
        for name in (*([] if self.base is None else [self.base]), *(self.toward or ()), *(self.away or ())):
            if name not in members:
                raise UnknownName("agent", name, members, where="logit/contrast")

    def contrast(self, ranked: Sequence[str]) -> Contrast:
        """The decoding method; parts that are not named come from the ranking, best first."""
        return Contrast(
            base=ranked[0] if self.base is None else self.base,
            toward=tuple(ranked[: self.k]) if self.toward is None else self.toward,
            away=tuple(ranked[-self.k :]) if self.away is None else self.away,
            strength=self.strength,
            plausible=self.plausible,
        )


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team with its members ranked on dev; unchanged where base, toward and away are named."""
    if options.base is not None and options.toward is not None and options.away is not None:
        return team
    dev = required(dev, "logit/contrast: ranks the models on dev, and there is none. Name base, toward and away.")
    check_vocabularies(team.models)
    names = await dev.rank(team)
    scores = tuple([await dev(team.only([name])) for name in names])
    return team.with_learned(Ranking(names=tuple(names), scores=scores))


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded from contrasted logits; parts that are not named come from the dev ranking."""
    ranking = team.learned_as(Ranking)
    contrast = options.contrast(ranking.names if ranking else team.names)
    return await decode(team, question, contrast.speculating(options.speculate, options.drafter, team.names))
