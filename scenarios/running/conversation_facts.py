"""What simulated conversations have in common: success, turns, tokens, questions asked, and how they stopped."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from ...evaluators.statistics.intervals import Interval, mean_interval
from .conversations import Conversation


class Facts(NamedTuple):
    """The facts of conversations: means, with a 95 % interval of success, and the number by reason to stop.

    `replies`, `tokens` and `questions` are the assistant's, by conversation; a question is a message that ends with a
    question mark. `success` is of those that were scored.

    >>> facts([Conversation("sort c a", [("user", "sort"), ("assistant", "what?")], "", score=0.0)]).questions
    1.0
    """

    conversations: int
    success: Interval
    replies: float
    tokens: float
    questions: float
    stops: Mapping[str, int]

    def __str__(self) -> str:
        """The facts as a sentence."""
        stops = ", ".join(f"{count} {name}" for name, count in self.stops.items())
        success = self.success
        scored = "none scored" if success.value is None else f"success {success.value:.3f}"
        if success.low is not None and success.high is not None:
            scored += f" [{success.low:.3f}, {success.high:.3f}]"
        return (
            f"{self.conversations} conversations: {scored}; {self.replies:.1f} replies, {self.tokens:.1f} tokens and "
            f"{self.questions:.1f} questions of the assistant each; {stops}."
        )


def facts(conversations: Sequence[Conversation]) -> Facts:
    """The facts of some conversations, one at least; those of one goal are a cluster."""
    said = [[text for role, text in one.turns if role == "assistant"] for one in conversations]
    scored = [(one.score, one.id) for one in conversations if one.score is not None]
    return Facts(
        conversations=len(conversations),
        success=mean_interval([score for score, _ in scored], [name or None for _, name in scored]),
        replies=fmean(map(len, said)),
        tokens=fmean(one.tokens for one in conversations),
        questions=fmean(sum(text.rstrip().endswith("?") for text in texts) for texts in said),
        stops=dict(Counter(one.stop for one in conversations)),
    )
