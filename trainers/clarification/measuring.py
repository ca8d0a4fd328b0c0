"""How well a policy of the clarification game does: with the user it trained with, and with others."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ...agents import Team
from ...agents.context import Context
from ...agents.message import Sampling
from ...evaluators.clarification.goals import balanced
from ...evaluators.clarification.playing import Summary, play, summary
from ...evaluators.clarification.user import User
from .arms import SAMPLED
from .learned_user import LearnedUser

GREEDY: Final = SAMPLED.model_copy(update={"temperature": 0.0})
EACH: Final = 100
"""The conversations of each of the four patterns; with users that nobody trained with, half as many."""

SEED: Final = 99
NOISE: Final = 0.1


class Condition(NamedTuple):
    """A user that a policy is measured with, and the sampling of its messages.

    >>> CONDITIONS[0].name
    'scripted, greedy'
    """

    user: str
    sampling: Sampling

    @property
    def name(self) -> str:
        """Its name in tables."""
        return f"{self.user}, {'greedy' if self.sampling.temperature == 0 else 'sampled'}"


CONDITIONS: Final = (
    Condition("scripted", GREEDY),
    Condition("scripted", SAMPLED),
    Condition("learned", GREEDY),
    Condition("wordy", GREEDY),
    Condition("noisy", GREEDY),
)
"""A policy trains with the scripted user alone. The others: a trained model, another grammar, one that errs."""


async def measured(policy: Any, user: Any, *, each: int = EACH) -> dict[str, Summary]:  # noqa: ANN401 - models
    """The summaries of a policy by condition; `user` is the model of the learned user."""
    users: Mapping[str, Any] = {
        "scripted": User("user"),
        "learned": LearnedUser("user", user),
        "wordy": User("user", grammar="wordy"),
        "noisy": User("user", noise=NOISE),
    }
    found = {}
    for one in CONDITIONS:
        context = Context(seed=SEED, sampling=one.sampling)
        team: Team[Any] = Team({"user": users[one.user], "assistant": policy}, context=context)
        count = each if one.user == "scripted" else max(1, each // 2)
        found[one.name] = summary(await play(team, balanced(count, SEED)))
        await context.host.stop()
    return found
