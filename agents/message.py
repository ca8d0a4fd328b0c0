"""What agents say to each other.

Messages are frozen and closed, so they can be passed by reference: what an agent was told cannot
change afterwards, and an unknown field is an error.
"""

from string import Formatter
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from .errors import BadMessage

Role = Literal["system", "user", "assistant"]
Stop = Literal["done", "budget", "consensus", "refused", "cancelled", "failed"]
Finish = Literal["eos", "stop_string", "length", "unfinished", "refused", "cancelled"]


class Frozen(BaseModel):
    """Base of all data that enters or leaves: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(Frozen):
    """One utterance of a conversation, as a chat template sees it."""

    role: Role
    text: str


class Sampling(Frozen):
    """How a model picks its tokens. The default is greedy.

    `temperature` 0 is greedy; warpers apply in the order temperature, top-k, top-p. The same seed,
    prompt and sampling give the same text, whatever else is in the batch.
    """

    temperature: float = Field(default=0.0, ge=0.0)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    top_k: int | None = Field(default=None, ge=1)
    max_tokens: int = Field(default=256, ge=1)
    stop: tuple[str, ...] = ()
    seed: int = Field(default=0, ge=0)


class Usage(Frozen):
    """What an answer cost: tokens in and out, model calls, and money in US dollars where it is known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """The sum; an unknown cost stays unknown only where both are unknown."""
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            calls=self.calls + other.calls,
            cost=sum(costs) if costs else None,
        )


class Message(Frozen):
    """Anything one agent says to another. Subclass it and add fields."""


class Prompt(Message):
    """A message a language model can read: fields, and the template that puts them in words.

    A template that names an unknown field is an error when the class is defined.
    """

    template: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        if not hasattr(cls, "template"):
            raise BadMessage(f"{cls.__name__}: no template, so a model cannot read it. Give it one: template = '...'.")
        named = {name for _, name, _, _ in Formatter().parse(cls.template) if name is not None}
        if unknown := sorted(named - set(cls.model_fields)):
            known = ", ".join(cls.model_fields) or "none"
            raise BadMessage(f"{cls.__name__}.template: uses {', '.join(map(repr, unknown))}. Its fields: {known}.")

    def render(self) -> str:
        """The prompt in words."""
        return self.template.format_map(dict(self))

    def turns(self) -> tuple[Turn, ...]:
        """The prompt as a conversation: by default one user turn."""
        return (Turn(role="user", text=self.render()),)


class Ask(Prompt):
    """A question.

    `form` says how the answer should be given; protocols that show the question to someone who should
    not answer it (a router, a judge) leave the form out.
    """

    text: str
    form: str = ""
    template = "{text}"

    def render(self) -> str:
        """The question, and the form of its answer in a paragraph of its own."""
        return f"{self.text}\n\n{self.form}" if self.form else self.text


class Answer(Message):
    """What a model answers.

    `ids` are the emitted tokens (an end token included), `logprobs` their log-probabilities in nats
    under the model's unmodified distribution, `prompt_ids` what the model read; all three are empty
    where a backend does not show tokens. `finish` says why it ended: `eos`, `stop_string`, `length`
    (the token limit), `unfinished` (the limit came before the end of reasoning, `text` is empty),
    `refused` (a provider's filter), `cancelled`. `retries` says what went wrong before this answer came.
    """

    text: str
    finish: Finish = "eos"
    reasoning: str | None = None
    prompt_ids: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    logprobs: tuple[float, ...] = ()
    retries: tuple[str, ...] = ()
    usage: Usage = Usage()


class Choice(Message):
    """Which of a closed set of labels a model prefers.

    `logprobs` (nats, in the order of `labels`) where the model shows distributions; otherwise `named`,
    the positions of the labels it wrote, in the order it wrote them, which may be none.
    """

    labels: tuple[str, ...]
    logprobs: tuple[float, ...] = ()
    named: tuple[int, ...] = ()
    usage: Usage = Usage()

    @property
    def ranking(self) -> tuple[int, ...]:
        """Positions of labels, most preferred first; ties keep the order of `labels`."""
        if not self.logprobs:
            return self.named
        return tuple(sorted(range(len(self.logprobs)), key=lambda index: -self.logprobs[index]))


class Request(Message):
    """Asks an agent to answer a prompt, sampled in this way.

    `place` says where in the run: a team that answers as a model traces, seeds and replays its own calls
    below it.
    """

    prompt: SerializeAsAny[Prompt]
    sampling: Sampling
    place: str


class Choose(Message):
    """Asks an agent which of these labels is the right reply to a prompt."""

    prompt: SerializeAsAny[Prompt]
    labels: tuple[str, ...]
    sampling: Sampling


class Assess(Message):
    """Asks a reward model how good an answer to a prompt is."""

    prompt: SerializeAsAny[Prompt]
    answer: str


class Reward(Message):
    """How good a reward model finds an answer: its raw score, higher is better, on a scale of its own."""

    value: float
    usage: Usage = Usage()


class Received(Message):
    """An agent's reply to something it was told and need not answer."""


class Stopped(Message):
    """A protocol's note of why it stopped before it was done."""

    reason: Stop


class Conversation(Prompt):
    """A conversation to be continued: the next turn is the assistant's."""

    history: tuple[Turn, ...]
    template = "{history}"

    def turns(self) -> tuple[Turn, ...]:
        """The conversation itself."""
        return self.history
