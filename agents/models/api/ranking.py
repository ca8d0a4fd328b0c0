"""A model behind an API that ranks labels by the log-probabilities which its server shows."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any, Final

from ...labels import named_labels
from ...message import Answer, Choice, Sampling
from ...turn import Turn
from ..base import GREEDY
from .client import Api
from .failure import Filtered
from .reply import read

if TYPE_CHECKING:
    from litellm import ModelResponse

SHOWN: Final = 5
"""The likeliest first tokens that are asked for; some servers show no more."""

UNSHOWN: Final = -1e4
"""The log-probability of a label that is not among them: that of nothing, and yet a number that JSON can hold."""


@dataclass(frozen=True, eq=False)
class RankingApi(Api):
    """An `Api` that chooses among labels by the log-probabilities of its first token, where the server shows them.

    A label that is not among the likeliest tokens has no probability. Where none of them is, or the server shows none,
    the choice is what the reply names.

    >>> RankingApi("openai/gpt-4o-mini").model
    'openai/gpt-4o-mini'
    """

    async def rank(self, turns: Sequence[Turn], labels: Sequence[str], sampling: Sampling = GREEDY) -> Choice:
        """The choice of the model. Raises what `write` raises."""
        try:
            async with AsyncExitStack() as slot:
                asked = self._request(turns, sampling)
                if not self._refused & {"logprobs", "top_logprobs"}:
                    asked |= {"logprobs": True, "top_logprobs": SHOWN}
                said, shown = await self._insist(next(self._calls), asked, lambda one: spoken(one, sampling), slot)
        except Filtered:
            return Choice(labels=tuple(labels))
        return Choice(
            labels=tuple(labels),
            logprobs=ranked(shown, labels),
            named=named_labels(said.text, labels),
            usage=said.usage,
        )


def spoken(response: "ModelResponse", sampling: Sampling) -> tuple[Answer, Mapping[str, float]]:
    """The answer in a reply, and the log-probabilities in nats of its likeliest first tokens; empty without any."""
    said = read(response, sampling)
    content: Any = getattr(getattr(response.choices[0], "logprobs", None), "content", None) or ()
    tokens = content[0].top_logprobs or () if content else ()
    shown: dict[str, float] = {}
    for token in tokens:
        name = token.token.strip()
        shown[name] = log(exp(shown[name]) + exp(token.logprob)) if name in shown else float(token.logprob)
    return said, shown


def ranked(shown: Mapping[str, float], labels: Sequence[str]) -> tuple[float, ...]:
    """The log-probabilities of labels; empty where none of them is shown. A label is a token as it is written.

    >>> ranked({"m": -0.1, "The": -3.0}, ("m", "M")), ranked({"The": -0.1}, ("m", "M"))
    ((-0.1, -10000.0), ())
    """
    found = tuple(max(UNSHOWN, shown.get(label, UNSHOWN)) for label in labels)
    return found if any(value > UNSHOWN for value in found) else ()
