"""The multiturn-aware reward of recorded conversations, and an agent that gives it, for any protocol and any trainer.

Each turn of the assistant is a response: futures are sampled from there, whatever the conversation came to when it was
recorded. With a window of no messages a conversation is scored as it stands.
"""

from collections.abc import Sequence

from ...agents import Turn
from ...agents.agent import Agent, handles
from ...agents.errors import BadData
from ...agents.message import Message
from ..task import Item
from .futures import Candidate
from .reward import MultiturnReward
from .rewarding import Rewarded, Rewarding


def responses(item: Item, turns: Sequence[Turn], place: str) -> list[Candidate]:
    """Each turn of the assistant in a conversation, as a response to be rewarded.

    >>> talk = (Turn("user", "2 + 2?"), Turn("assistant", "4"), Turn("user", "+ 1?"), Turn("assistant", "5"))
    >>> [candidate.response for candidate in responses(Item("2 + 2 + 1", "", "5"), talk, "q0")]
    [1, 3]
    """
    return [
        Candidate(item, tuple(turns[: number + 1]), f"{place}/turn-{number}")
        for number, turn in enumerate(turns)
        if turn.role == "assistant"
    ]


async def rewards(rewarding: Rewarding, item: Item, turns: Sequence[Turn], place: str = "recorded") -> list[Rewarded]:
    """The rewards of all turns of the assistant in a conversation. Raises `BadData` where it has none."""
    found = responses(item, turns, place)
    if not found:
        raise BadData(f"{place}: no turn of the assistant. Give a conversation with one at least.")
    return await rewarding(found)


class Respond(Message, tag="respond/1"):
    """Asks for the reward of a response, the last of these turns, to a user with this goal; `reference` is the answer.

    >>> Respond(goal="2 + 2?", reference="4", turns=(Turn("user", "2 + 2?"), Turn("assistant", "4"))).turns[-1].text
    '4'
    """

    goal: str
    reference: str
    turns: tuple[Turn, ...]


class RewardAgent(Agent):
    """Replies to a response with its multiturn-aware reward.

    >>> RewardAgent("critic", rewarding=None).name
    'critic'
    """

    def __init__(self, name: str, rewarding: Rewarding) -> None:
        super().__init__(name)
        self.rewarding = rewarding
        self.asked = 0

    @handles
    async def reward(self, respond: Respond) -> MultiturnReward:
        """The reward. Raises `BadData` where no future could be scored."""
        self.asked += 1
        item = Item(respond.goal, "", respond.reference)
        (found,) = await self.rewarding([Candidate(item, respond.turns, f"{self.name}/{self.asked}")])
        if found.reward is None:
            raise BadData(
                f"{self.name}: none of {len(found.futures)} futures could be scored. See what failed in them."
            )
        return found.reward
