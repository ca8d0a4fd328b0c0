"""The messages that agents exchange: frozen, so they can be passed by reference, and closed to unknown fields."""

from collections.abc import Mapping
from string import Formatter
from typing import Any, ClassVar, Literal

from pydantic import Field, SerializeAsAny

from .accounting import Usage
from .errors import BadMessage
from .frozen import Frozen, is_empty
from .notebook import paragraph, table
from .parts import Image, Text, Tool, ToolCall
from .turn import Turn

Stop = Literal["done", "budget", "consensus", "settled", "gave_up", "refused", "cancelled", "failed"]
Finish = Literal["eos", "stop_string", "length", "unfinished", "refused", "cancelled", "tool_calls"]


class Sampling(Frozen, tag="sampling/1"):
    """Sampling parameters: temperature (0 is greedy), then top-k, then top-p. Equal seeds give equal text in any batch.

    >>> Sampling(max_tokens=16).temperature
    0.0
    """

    temperature: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    top_k: int | None = Field(default=None, ge=1)
    max_tokens: int = Field(default=256, ge=1)
    stop: tuple[str, ...] = ()
    seed: int = Field(default=0, ge=0)
    tools: tuple[Tool, ...] = Field(default=(), exclude_if=is_empty)
    json_schema: Mapping[str, Any] | None = Field(default=None, min_length=1, exclude_if=is_empty)  # see `structured`


class Message(Frozen, tag="message/1"):
    """Base class of what agents send each other. Subclass it and add fields.

    >>> issubclass(Ask, Message)
    True
    """


class Prompt(Message, tag="prompt/1"):
    """A message for a language model: fields, a template over them, images; `shows` names the field of others' answers.

    >>> class Translate(Prompt):
    ...     text: str
    ...     template = "Translate into French: {text}"
    >>> Translate(text="bread").render()
    'Translate into French: bread'
    """

    template: ClassVar[str]
    shows: ClassVar[str] = ""
    images: tuple[Image, ...] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, *, tag: str | None = None, **kwargs: object) -> None:
        super().__pydantic_init_subclass__(tag=tag, **kwargs)
        if not hasattr(cls, "template"):
            raise BadMessage(f"{cls.__name__}: no template, so a model cannot read it. Give it one: template = '...'.")
        named = {cls.shows, *(name for _, name, _, _ in Formatter().parse(cls.template) if name is not None)} - {""}
        if unknown := sorted(named - set(cls.model_fields)):
            known = ", ".join(name for name in cls.model_fields if name != "images") or "none"
            raise BadMessage(f"{cls.__name__}: names {', '.join(map(repr, unknown))}. Its fields: {known}.")

    def render(self) -> str:
        """The text of the prompt."""
        return self.template.format_map(dict(self))

    def turns(self) -> tuple[Turn, ...]:
        """The prompt as a conversation: by default one user turn."""
        return (Turn("user", (Text(text=self.render()), *self.images) if self.images else self.render()),)


class Ask(Prompt, tag="ask/1"):
    """A question, and the `form` of its answer, which is not shown to models that only look at the question.

    >>> Ask(text="2 + 2?", form="Reply with a number.").render()
    '2 + 2?\\n\\nReply with a number.'
    """

    text: str
    form: str = ""
    template = "{text}"

    def render(self) -> str:
        """The question, and the form of its answer as a paragraph of its own."""
        return f"{self.text}\n\n{self.form}" if self.form else self.text


class Answer(Message, tag="answer/1"):
    """A model's answer.

    `ids` are the emitted tokens (an end token included), `logprobs` their log-probabilities in nats under the model's
    unmodified distribution, `prompt_ids` the prompt's; all three are empty where a backend shows no tokens. `finish`
    is why it ended: `eos`, `stop_string`, `length` (token limit), `unfinished` (token limit within the reasoning),
    `refused` (by the provider), `cancelled`, `tool_calls` (to be made). `retries` are errors before it, `omitted` what
    its provider refused of the sampling, `policy` the version of a model in training, `name@n`.

    >>> Answer(text="four", usage=Usage(completion_tokens=1)).finish
    'eos'
    """

    text: str
    finish: Finish = "eos"
    reasoning: str | None = None
    prompt_ids: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    logprobs: tuple[float, ...] = ()
    retries: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    policy: str = Field(default="", exclude_if=is_empty)
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()

    def _repr_html_(self) -> str:
        """The answer as HTML for a notebook."""
        cost = f"{self.usage.prompt_tokens} + {self.usage.completion_tokens} tokens, {self.usage.calls} calls"
        return paragraph(self.text) + table(("finish", "cost"), [(self.finish, cost)])


class Choice(Message, tag="choice/1"):
    """A model's preference among labels: their `logprobs` in nats, or `named`, indices of the labels it wrote.

    >>> Choice(labels=("no", "yes"), logprobs=(-1.2, -0.4)).ranking
    (1, 0)
    """

    labels: tuple[str, ...]
    logprobs: tuple[float, ...] = ()
    named: tuple[int, ...] = ()
    usage: Usage = Usage()

    @property
    def ranking(self) -> tuple[int, ...]:
        """Indices of labels, most preferred first; ties keep the order of `labels`."""
        ranked = sorted(range(len(self.logprobs)), key=lambda index: -self.logprobs[index])
        return tuple(ranked) if self.logprobs else self.named


class Request(Message, tag="request/1"):
    """Asks an agent to answer a prompt; a team that answers as a model records its own calls below `place`.

    >>> Request(prompt=Ask(text="2 + 2?"), sampling=Sampling(), place="q1/amber.0").prompt.render()
    '2 + 2?'
    """

    prompt: SerializeAsAny[Prompt]
    sampling: Sampling
    place: str


class Choose(Message, tag="choose/1"):
    """Asks an agent which of these labels is the right reply to a prompt.

    >>> Choose(prompt=Ask(text="2 + 2 = 4?"), labels=("no", "yes"), sampling=Sampling()).labels
    ('no', 'yes')
    """

    prompt: SerializeAsAny[Prompt]
    labels: tuple[str, ...]
    sampling: Sampling


class Assess(Message, tag="assess/1"):
    """Asks a reward model for its score of an answer to a prompt.

    >>> Assess(prompt=Ask(text="2 + 2?"), answer="four").answer
    'four'
    """

    prompt: SerializeAsAny[Prompt]
    answer: str


class Reward(Message, tag="reward/1"):
    """The raw score of a reward model, on a scale of its own; higher is better.

    >>> max(Reward(value=-0.3), Reward(value=1.7), key=lambda reward: reward.value).value
    1.7
    """

    value: float
    usage: Usage = Usage()


class Received(Message, tag="received/1"):
    """The acknowledgement of a message that needs no answer.

    >>> Received()
    Received()
    """


class Stopped(Message, tag="stopped/1"):
    """A protocol's record of why it stopped early.

    >>> Stopped(reason="consensus").reason
    'consensus'
    """

    reason: Stop


class Conversation(Prompt, tag="conversation/1"):
    """A conversation to be continued by the assistant.

    >>> Conversation(history=(Turn("user", "hi"),)).turns()[-1].role
    'user'
    """

    history: tuple[Turn, ...]
    template = "{history}"

    def turns(self) -> tuple[Turn, ...]:
        """The turns so far."""
        return self.history
