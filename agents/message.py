"""What agents say to each other.

Messages are frozen and closed, so they can be passed by reference: what an agent was told cannot
change afterwards, and an unknown field is an error.
"""

from html import escape
from string import Formatter
from typing import ClassVar, Literal

from pydantic import Field, SerializeAsAny

from .accounting import Usage
from .errors import BadMessage
from .frozen import Frozen, is_empty
from .notebook import table
from .parts import Image, Text, Tool, ToolCall
from .turn import Turn

Stop = Literal["done", "budget", "consensus", "refused", "cancelled", "failed"]
Finish = Literal["eos", "stop_string", "length", "unfinished", "refused", "cancelled", "tool_calls"]


class Sampling(Frozen, tag="sampling/1"):
    """How a model picks its tokens. The default is greedy.

    `temperature` 0 is greedy; warpers apply in the order temperature, top-k, top-p. The same seed,
    prompt and sampling give the same text, whatever else is in the batch.
    """

    temperature: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    top_k: int | None = Field(default=None, ge=1)
    max_tokens: int = Field(default=256, ge=1)
    stop: tuple[str, ...] = ()
    seed: int = Field(default=0, ge=0)
    tools: tuple[Tool, ...] = Field(default=(), exclude_if=is_empty)


class Message(Frozen, tag="message/1"):
    """Anything one agent says to another. Subclass it and add fields."""


class Prompt(Message, tag="prompt/1"):
    """A message a language model can read: fields, and the template that puts them in words.

    `images` follow the words in the same turn. A template that names an unknown field is an error when the class is
    defined.

    >>> class Translate(Prompt):
    ...     text: str
    ...     template = "Translate into French: {text}"
    >>> Translate(text="bread").render()
    'Translate into French: bread'
    """

    template: ClassVar[str]
    images: tuple[Image, ...] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, *, tag: str | None = None, **kwargs: object) -> None:
        super().__pydantic_init_subclass__(tag=tag, **kwargs)
        if not hasattr(cls, "template"):
            raise BadMessage(f"{cls.__name__}: no template, so a model cannot read it. Give it one: template = '...'.")
        named = {name for _, name, _, _ in Formatter().parse(cls.template) if name is not None}
        if unknown := sorted(named - set(cls.model_fields)):
            known = ", ".join(name for name in cls.model_fields if name != "images") or "none"
            raise BadMessage(f"{cls.__name__}.template: uses {', '.join(map(repr, unknown))}. Its fields: {known}.")

    def render(self) -> str:
        """The prompt in words."""
        return self.template.format_map(dict(self))

    def turns(self) -> tuple[Turn, ...]:
        """The prompt as a conversation: by default one user turn."""
        words = self.render()
        return (Turn("user", (Text(text=words), *self.images) if self.images else words),)


class Ask(Prompt, tag="ask/1"):
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


class Answer(Message, tag="answer/1"):
    """What a model answers.

    `ids` are the emitted tokens (an end token included), `logprobs` their log-probabilities in nats
    under the model's unmodified distribution, `prompt_ids` what the model read; all three are empty
    where a backend does not show tokens. `finish` says why it ended: `eos`, `stop_string`, `length`
    (the token limit), `unfinished` (the limit came before the end of reasoning, `text` is empty),
    `refused` (a provider's filter), `cancelled`, `tool_calls` (the model wants `tool_calls` made before it goes on).
    `retries` says what went wrong before this answer came.
    """

    text: str
    finish: Finish = "eos"
    reasoning: str | None = None
    prompt_ids: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    logprobs: tuple[float, ...] = ()
    retries: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()

    def _repr_html_(self) -> str:
        """The answer as a notebook shows it."""
        cost = f"{self.usage.prompt_tokens} + {self.usage.completion_tokens} tokens, {self.usage.calls} calls"
        return f'<p style="white-space: pre-wrap">{escape(self.text)}</p>' + table(
            ("finish", "cost"), [(self.finish, cost)]
        )


class Choice(Message, tag="choice/1"):
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


class Request(Message, tag="request/1"):
    """Asks an agent to answer a prompt, sampled in this way.

    `place` says where in the run: a team that answers as a model traces, seeds and replays its own calls
    below it.
    """

    prompt: SerializeAsAny[Prompt]
    sampling: Sampling
    place: str


class Choose(Message, tag="choose/1"):
    """Asks an agent which of these labels is the right reply to a prompt."""

    prompt: SerializeAsAny[Prompt]
    labels: tuple[str, ...]
    sampling: Sampling


class Assess(Message, tag="assess/1"):
    """Asks a reward model how good an answer to a prompt is."""

    prompt: SerializeAsAny[Prompt]
    answer: str


class Reward(Message, tag="reward/1"):
    """How good a reward model finds an answer: its raw score, higher is better, on a scale of its own."""

    value: float
    usage: Usage = Usage()


class Received(Message, tag="received/1"):
    """An agent's reply to something it was told and need not answer."""


class Stopped(Message, tag="stopped/1"):
    """A protocol's note of why it stopped before it was done."""

    reason: Stop


class Conversation(Prompt, tag="conversation/1"):
    """A conversation to be continued: the next turn is the assistant's."""

    history: tuple[Turn, ...]
    template = "{history}"

    def turns(self) -> tuple[Turn, ...]:
        """The conversation itself."""
        return self.history
