"""Mixture by draws: each token is written by one member, drawn at random, and the text is one of their mean's.

    i ~ weights;     y_t ~ LM_i(question, y_<t)

After the mixture-model-like ensemble, https://arxiv.org/abs/2605.00419. The draw does not depend on the text, so
P(y_t | y_<t) = sum_i w_i LM_i(y_t | y_<t), and so for whole texts: the law of sampling from the mean of probabilities,
`logit/fusion` with `of: probabilities`, by one forward pass a token instead of one a member. At temperature 1, that
is: another one, top_k and top_p act on each member here and on the mean there, and at 0, which is refused, there is no
such text. A member reads what others wrote when its turn comes, in one pass. One random number a token draws the
member and, by its place in that member's share, the token. What differs from the paper: one vocabulary, no union.
"""

from typing import Final

from pydantic import Field

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.combine import Mean
from ...agents.decoding.decoder import decode
from ...agents.options import ProtocolOptions, takes
from .decoding.mixture import Mixture

DRAWS: Final = True


class Options(ProtocolOptions):
    """The weights.

    >>> Options(weights=(1, 3)).check(("amber", "blue", "coral"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: logit/mixture.weights: 2 for 3 models. Give one a model.
    """

    weights: tuple[float, ...] | None = Field(None, description="One a member, in their order; equal by default.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for weights that do not fit the members."""
        Mean.checked(self.weights, "probabilities", len(members), where="logit/mixture.weights")


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer whose every token one member wrote."""
    return await decode(team, question, Mixture(weights=options.weights))
