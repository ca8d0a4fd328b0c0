"""Questions that go on from a conversation: one of the data's, or the one that their own answers make."""

from collections.abc import Sequence

from .message import Answer, Ask
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


class FollowUp(Ask, tag="follow_up/1"):
    """The next question of a conversation, for any protocol: `text` is the conversation, `asked` its last message.

    A member that is asked it reads chat turns; a protocol that quotes the question's text quotes the conversation.

    >>> asked = follow_up((Turn("user", "2 + 2?"), Turn("assistant", "4")), "And 3 + 3?")
    >>> [turn.text for turn in asked.turns()], asked.text
    (['2 + 2?', '4', 'And 3 + 3?'], 'User: 2 + 2?\\n\\nAssistant: 4\\n\\nUser: And 3 + 3?')
    """

    history: tuple[Turn, ...]
    asked: str

    def turns(self) -> tuple[Turn, ...]:
        """The conversation, and the question as a user turn."""
        return (*self.history, *Ask(text=self.asked, form=self.form, images=self.images).turns())


class Concluded(Answer, tag="concluded/1"):
    """The answer that a conversation led to, with its turns, the answer's included: what a grader of talk reads.

    >>> Concluded(text="4", conversation=(Turn("user", "2 + 2?"), Turn("assistant", "4"))).conversation[0].role
    'user'
    """

    conversation: tuple[Turn, ...]


def follow_up(history: tuple[Turn, ...], asked: str, form: str = "") -> FollowUp:
    """The prompt that asks this after a conversation."""
    return FollowUp(text=written((*history, Turn("user", asked))), form=form, history=history, asked=asked)


def written(turns: Sequence[Turn]) -> str:
    """A conversation as text, a paragraph a turn."""
    return "\n\n".join(f"{turn.role.capitalize()}: {turn.text}" for turn in turns)


def history_before(question: Ask) -> tuple[Turn, ...]:
    """The conversation before a question; empty where it goes on from none."""
    return question.history if isinstance(question, Continued) else ()
