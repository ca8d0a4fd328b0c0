"""Questions that go on from a conversation."""

from .message import Ask
from .turn import Turn


class Continued(Ask, tag="continued/1"):
    """A question with the conversation before it.

    >>> question = Continued(text="And 3 + 3?", history=(Turn("user", "2 + 2?"), Turn("assistant", "4")))
    >>> [turn.text for turn in question.turns()]
    ['2 + 2?', '4', 'And 3 + 3?']
    """

    history: tuple[Turn, ...]

    def turns(self) -> tuple[Turn, ...]:
        """The conversation, and the question as a user turn."""
        return (*self.history, *super().turns())


def history_before(question: Ask) -> tuple[Turn, ...]:
    """The conversation before a question; empty where it goes on from none."""
    return question.history if isinstance(question, Continued) else ()
