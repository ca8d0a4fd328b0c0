"""Contrast: steer a base model's logits toward good models and away from bad ones.

    z_t = z_base + strength * (sum_i z_toward_i - sum_i z_away_i)
    y_t ~ softmax(z_t) over the tokens with p_base >= plausible * max p_base

Unnamed, the models are ranked on dev: base is the best, toward the `k` best, away the `k` worst (MoCo's
logit_logit_contrastive). Named, it is one of these:

    DExperts            base: B, toward: [EXPERT], away: [ANTI_EXPERT], strength: 2.0     https://arxiv.org/abs/2105.03023
    proxy tuning        base: LARGE, toward: [TUNED], away: [UNTUNED], strength: 1.0      https://arxiv.org/abs/2401.08565
    contrastive         base: EXPERT, toward: [EXPERT], away: [AMATEUR], plausible: 0.1   https://arxiv.org/abs/2210.15097

With `speculate`, the `drafter`, by default the last model steered away from, writes so many tokens ahead, and the
others read them in one forward pass: the same text, sooner, where the drafter is small and often right (CoS, Fu
et al. 2025, https://arxiv.org/abs/2502.01662; see logit/fusion).

What differs from MoCo: the plausibility mask (0 turns it off); models that cancel out are not run; overlapping
ends of the ranking are refused unless allowed.
"""

from math import isfinite, log
from typing import TYPE_CHECKING

from ...agents import Answer, Ask, Message, Stepper, Team
from ...agents.decoding.combine import Combine, total
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import check_vocabularies
from ...agents.errors import BadScenario, UnknownName
from ...agents.objective import Objective

if TYPE_CHECKING:
    from torch import Tensor


class Contrast(Combine):
    """The base model's logits, moved toward some models and away from others."""

    base: str
    toward: tuple[str, ...]
    away: tuple[str, ...]
    strength: float = 0.2
    plausible: float = 0.1

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The base and all that do not cancel out."""
        return tuple(self.coefficients)

    @property
    def coefficients(self) -> dict[str, float]:
        """The factor of each model's logits, the base's first."""
        counts = {name: self.toward.count(name) - self.away.count(name) for name in (*self.toward, *self.away)}
        moved = {name: self.strength * count for name, count in counts.items()}
        others = {name: factor for name, factor in moved.items() if factor and name != self.base}
        return {self.base: 1 + moved.get(self.base, 0.0), **others}

    def __call__(self, logits: "Tensor") -> "Tensor":
        """Shape (..., peers, vocabulary) to (..., vocabulary); implausible tokens are -inf."""
        combined = total(logits, list(self.coefficients.values()))
        if not self.plausible:
            return combined
        base = logits[..., 0, :]
        floor = base.amax(-1, keepdim=True) + log(self.plausible)
        return combined.masked_fill(base < floor, -float("inf"))


class Ranking(Message):
    """The members by dev score, best first, with the scores."""

    names: tuple[str, ...]
    scores: tuple[float, ...]


def check(
    members: tuple[str, ...],
    *,
    k: int = 1,
    strength: float = 0.2,
    plausible: float = 0.1,
    base: str | None = None,
    toward: tuple[str, ...] | None = None,
    away: tuple[str, ...] | None = None,
    allow_overlap: bool = False,
    speculate: int = 0,
    drafter: str | None = None,
) -> None:
    """Raise `BadScenario`, or `UnknownName` for who is no member."""
    Combine().speculating(speculate, drafter, members)
    most = len(members) // (1 if allow_overlap else 2)
    if (toward is None or away is None) and not 1 <= k <= most:
        raise BadScenario(
            f"logit/contrast.k: {k} best and {k} worst of {len(members)} models. "
            f"Use a k from 1 to {len(members) // 2}, or allow_overlap: true; models in both cancel out."
        )
    if not 0 <= plausible <= 1:
        raise BadScenario(f"logit/contrast.plausible: {plausible} is no fraction. Use 0 to 1; 0 masks nothing.")
    if not isfinite(strength):
        raise BadScenario(f"logit/contrast.strength: {strength} is not finite. Use a number, as 0.2.")
    for name in (*([] if base is None else [base]), *(toward or ()), *(away or ())):
        if name not in members:
            raise UnknownName("agent", name, members, where="logit/contrast")


async def prepare(
    team: Team[Stepper],
    dev: Objective | None,
    *,
    base: str | None = None,
    toward: tuple[str, ...] | None = None,
    away: tuple[str, ...] | None = None,
) -> Team[Stepper]:
    """The members ranked on dev, unless all parts are named."""
    if base is not None and toward is not None and away is not None:
        return team
    if dev is None:
        raise BadScenario("logit/contrast: ranks the models on dev, and there is none. Name base, toward and away.")
    check_vocabularies(team.models)
    names = await dev.rank(team)
    return team.with_learned(
        Ranking(names=tuple(names), scores=tuple([await dev(team.only([name])) for name in names]))
    )


async def answer(
    team: Team[Stepper],
    question: Ask,
    *,
    k: int = 1,
    strength: float = 0.2,
    plausible: float = 0.1,
    base: str | None = None,
    toward: tuple[str, ...] | None = None,
    away: tuple[str, ...] | None = None,
    allow_overlap: bool = False,
    speculate: int = 0,
    drafter: str | None = None,
) -> Answer:
    """One text from the contrast of the members; what is not named comes from the dev ranking."""
    check(
        team.names,
        k=k,
        strength=strength,
        plausible=plausible,
        base=base,
        toward=toward,
        away=away,
        allow_overlap=allow_overlap,
        speculate=speculate,
        drafter=drafter,
    )
    ranking = team.learned_as(Ranking)
    names = ranking.names if ranking else team.names
    contrast = Contrast(
        base=names[0] if base is None else base,
        toward=names[:k] if toward is None else toward,
        away=names[-k:] if away is None else away,
        strength=strength,
        plausible=plausible,
    )
    return await decode(team, question, contrast.speculating(speculate, team.named(drafter) or None, team.names))
