"""Trains several policies from the same conversations: AT-GRPO, groups by question, turn and member.

    for each question, at each turn t of member m, in the state s that is reached:
        a_1 .. a_N ~ policy_m(s);   r_n = reward of the conversation that a_n leads to
        advantage_n = (r_n - mean) / std over n;   s <- s a_1
    every policy is updated by its own messages, one after another for some steps (`alternate`), or all at once

AT-GRPO, https://arxiv.org/abs/2510.11062. What differs: a message is worth what the conversation comes to when
the others go on from it, sampled, where the paper has a reward after every turn; and a conversation goes on from the
first message of a group, where the paper's code goes on from the best one (`go_on: best`), which shows members what
others rarely say. Members answer with their newest weights, without a reload. Policies may be different models, or
adapters on one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Generic, Literal, NamedTuple, TypeVar

from pydantic import Field

from ...agents import Answer, Prompt
from ...agents.concurrency import gather
from ...agents.errors import BadScenario, UnknownName
from ...agents.frozen import Frozen
from ...agents.message import Sampling
from ...agents.seeds import derive
from ..finetuning.policy import Policy
from .credit import group_credit
from .update import Message, Updates

Q = TypeVar("Q")
Said = tuple[Answer, ...]
PromptOf = Callable[[Q, Said], Prompt]
"""The prompt of whose turn it is, given the question and what was said."""


class JointSettings(Frozen):
    """The settings of joint training.

    >>> JointSettings().samples
    8
    """

    steps: int = Field(default=100, ge=1, description="The number of updates.")
    questions: int = Field(default=16, ge=1, description="The questions of a step.")
    samples: int = Field(default=8, ge=2, description="The messages of a group.")
    futures: int = Field(default=1, ge=1, description="How often the others go on from a message.")
    rate: float = Field(default=1e-4, gt=0, allow_inf_nan=False, description="The rate.")
    max_tokens: int = Field(default=64, ge=1, description="The most tokens of a message.")
    go_on: Literal["first", "best"] = Field(default="first", description="The message of a group that is gone on with.")
    alternate: int = Field(default=10, ge=0, description="Steps until another member's turn; 0 for all at once.")
    seed: int = Field(default=0, ge=0, description="The seed of the questions and of all sampling.")


class Step(NamedTuple):
    """A step: its number, the mean reward of what was sampled, and the losses of the members that were trained.

    >>> Step(3, 0.5, {"speaker": 0.1}).reward
    0.5
    """

    number: int
    reward: float
    losses: Mapping[str, float]


@dataclass
class Joint(Generic[Q]):
    """A team in training: its members' policies, whose turn it is when, their prompts, and the reward at the end.

    `trained` are the members whose policies change, all by default: the others stay as they are, which is how members
    are trained apart.

    >>> Joint({}, (), prompt=None, reward=None).steps
    []
    """

    policies: Mapping[str, Policy]
    turns: Sequence[str]
    prompt: PromptOf[Q]
    reward: Callable[[Q, Said], Awaitable[float]]
    settings: JointSettings = field(default_factory=JointSettings)
    trained: Sequence[str] | None = None
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raise `UnknownName` for a turn or a trained member without a policy."""
        for name in (*self.turns, *(self.trained or ())):
            if name not in self.policies:
                raise UnknownName("member", name, self.policies, where="joint training")

    async def train(self, questions: Sequence[Q]) -> list[Step]:
        """Train for all steps; returns what happened in each."""
        if not questions or not self.turns:
            raise BadScenario("joint training: no questions, or nobody's turn. Give both.")
        updates = {name: Updates(self.policies[name], rate=self.settings.rate) for name in self.members}
        for number in range(self.settings.steps):
            rng = Random(derive(self.settings.seed, "questions", number))
            drawn = [rng.choice(questions) for _ in range(self.settings.questions)]
            messages, rewards = await self.sampled(drawn, number)
            losses = {name: updates[name].step(messages[name]) for name in self.due(number)}
            self.steps.append(Step(number, sum(rewards) / len(rewards), losses))
        return self.steps

    @property
    def members(self) -> tuple[str, ...]:
        """The members that are trained."""
        return tuple(dict.fromkeys(self.turns if self.trained is None else self.trained))

    def due(self, number: int) -> tuple[str, ...]:
        """The members that are updated in a step."""
        if not self.settings.alternate:
            return self.members
        return (self.members[number // self.settings.alternate % len(self.members)],)

    async def sampled(self, questions: Sequence[Q], number: int) -> tuple[dict[str, list[Message]], list[float]]:
        """The messages of each member with their advantages, and the rewards of all conversations."""
        found: dict[str, list[Message]] = {name: [] for name in self.policies}
        states: list[Said] = [() for _ in questions]
        rewards: list[float] = []
        for turn, member in enumerate(self.turns):
            keys = [(row, sample) for row in range(len(questions)) for sample in range(self.settings.samples)]
            said = await gather(
                {key: self.ask(questions[key[0]], states[key[0]], (number, turn, *key)) for key in keys}
            )
            ends = await gather(
                {key: self.worth(questions[key[0]], (*states[key[0]], said[key]), (number, turn, *key)) for key in keys}
            )
            credit = group_credit([ends[key] for key in keys], [key[0] for key in keys])
            for key, advantage in zip(keys, credit, strict=True):
                found[member].append(Message(said[key], advantage))
            for row in range(len(questions)):
                chosen = self.chosen([ends[row, sample] for sample in range(self.settings.samples)])
                states[row] = (*states[row], said[row, chosen])
            rewards += list(ends.values())
        return found, rewards

    def chosen(self, rewards: Sequence[float]) -> int:
        """The message of a group from which the conversation goes on: the best one, ties to the first, or the first."""
        return 0 if self.settings.go_on == "first" else max(range(len(rewards)), key=lambda place: rewards[place])

    async def worth(self, question: Q, said: Said, place: tuple[int, ...]) -> float:
        """The reward of what was said: the mean over futures in which the others go on from here."""
        count = self.settings.futures if len(said) < len(self.turns) else 1
        ends = await gather({number: self.ended(question, said, (*place, number)) for number in range(count)})
        return sum(ends.values()) / count

    async def ended(self, question: Q, said: Said, place: tuple[int, ...]) -> float:
        """The reward of the conversation when the others go on from here, once."""
        while len(said) < len(self.turns):
            said = (*said, await self.ask(question, said, (*place, len(said))))
        return await self.reward(question, said)

    async def ask(self, question: Q, said: Said, place: tuple[int, ...]) -> Answer:
        """The next message, of the policy whose turn it is."""
        policy = self.policies[self.turns[len(said)]]
        seed = derive(self.settings.seed, "joint", *place)
        sampling = Sampling(temperature=1.0, max_tokens=self.settings.max_tokens, seed=seed)
        return await policy.write(self.prompt(question, said).turns(), sampling)
