"""A conversation goes on: the simulated user and the assistant speak in turn, until the user ends it.

    u = LM_user(goal, u_1 a_1 .. a_j);    a = LM_assistant(u_1 a_1 .. u_j, form)

The assistant cannot be told the goal: what asks it is given the history alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..message import Answer, Conversation
from ..models.base import Writer
from ..team import Team
from ..turn import Turn
from .manner import Manner
from .prompts import Reply, Speak, Spoken

SIGNAL = "[[done]]"
NOTHING = "(nothing yet)"


@dataclass(frozen=True)
class Roles:
    """The members that play the user and the assistant, and how the user says that it has what it wants.

    `wording` is a template in place of the user's usual prompt, `form` what the assistant is told of its answer's form,
    `manner` how the user talks.

    >>> Roles().assistant
    'assistant'
    """

    user: str = "user"
    assistant: str = "assistant"
    signal: str = SIGNAL
    wording: str = ""
    form: str = ""
    manner: Manner = field(default_factory=Manner)


@dataclass(frozen=True)
class Talk:
    """A conversation: its turns, the assistant's new answers with their tokens, and the user's closing message.

    `closing` is None while the user has not ended it; the message that ends it is no turn. A user that `gave_up` has
    lost its patience, and says nothing.

    >>> Talk((Turn("user", "hi"),)).over
    False
    """

    turns: tuple[Turn, ...]
    answers: tuple[Answer, ...] = ()
    closing: str | None = None
    gave_up: bool = False

    @property
    def over(self) -> bool:
        """True once the user has ended it."""
        return self.closing is not None


Seeds = Callable[[int, str], int]
"""The seed of a message, by its number among the turns and the speaker's role, where it is not the place's own."""


async def go_on(  # noqa: PLR0913 - the two sides, and the conversation so far
    team: Team[Writer], roles: Roles, goal: str, turns: Sequence[Turn], *, messages: int, seeds: Seeds | None = None
) -> Talk:
    """The conversation after this many further messages at most, the side that is due speaking first.

    A message by which the user ends it counts as one.
    """
    talk = Talk(tuple(turns))
    for _ in range(messages):
        due = "assistant" if talk.turns and talk.turns[-1].role == "user" else "user"
        drawn = {} if seeds is None else {"seed": seeds(len(talk.turns), due)}
        if due == "assistant":
            talk = await replied(team, roles, talk, **drawn)
        else:
            talk = await spoken(team, roles, goal, talk, **drawn)
        if talk.over:
            break
    return talk


async def spoken(team: Team[Writer], roles: Roles, goal: str, talk: Talk, **sampling: object) -> Talk:
    """The conversation with the user's next message, or ended by it, or by the end of its patience."""
    if roles.manner.lost(sum(turn.role == "user" for turn in talk.turns)):
        return replace(talk, closing="", gave_up=True)
    told = roles.manner.told(goal)
    speak = Speak(goal=told, transcript=transcript(talk.turns), signal=roles.signal, wording=roles.wording)
    said = await team.ask(team.named(roles.user), speak, **sampling)
    if said.ends if isinstance(said, Spoken) else roles.signal in said.text:
        return replace(talk, closing=said.text)
    return replace(talk, turns=(*talk.turns, Turn("user", said.text)))


async def replied(team: Team[Writer], roles: Roles, talk: Talk, **sampling: object) -> Talk:
    """The conversation with the assistant's next message."""
    said = await team.ask(team.named(roles.assistant), continued(talk.turns, roles.form), **sampling)
    return replace(talk, turns=(*talk.turns, Turn("assistant", said.text)), answers=(*talk.answers, said))


def continued(turns: Sequence[Turn], form: str = "") -> Conversation:
    """The prompt that the assistant continues, with the form of the answer where it is told."""
    return Reply(history=tuple(turns), form=form) if form else Conversation(history=tuple(turns))


def transcript(turns: Sequence[Turn]) -> str:
    """The conversation as text, a line a turn, without what only the assistant is told."""
    return "\n".join(f"{turn.role}: {turn.text}" for turn in turns if turn.role != "system") or NOTHING
