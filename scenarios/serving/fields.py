"""The parameters of requests, typed: what is taken, what may be there without effect, and what is refused.

A parameter that would change an answer and is not known is refused; labels of a request (`user`, `metadata`, `store`)
are let pass. A parameter that is known and has no counterpart here may be given with the value that changes nothing.
"""

from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...agents.message import Sampling
from .errors import Refused

MOST: Final = 128
"""The most choices of one request."""

Stops: TypeAlias = str | Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(max_length=16)]
Zero: TypeAlias = Literal[0] | None
B = TypeVar("B", bound=BaseModel)


class Labels(BaseModel):
    """The parameters that label a request and change no answer: they are let pass.

    >>> Labels(user="bob").user
    'bob'
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    user: Any = None
    metadata: Any = None
    store: Any = None
    service_tier: Any = None
    safety_identifier: Any = None
    prompt_cache_key: Any = None
    prompt_cache_retention: Any = None


class Drawn(Labels):
    """The parameters of sampling that every endpoint has; what is not given is as the scenario says.

    >>> Drawn(model="debate", temperature=0.5, top_k=3).changes()
    {'temperature': 0.5, 'top_k': 3}
    """

    model: str
    stream: bool | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, ge=1)

    def changes(self) -> dict[str, Any]:
        """The changes to the sampling, by the names of its fields."""
        given = {name: getattr(self, name) for name in ("temperature", "top_p", "top_k")}
        return {name: value for name, value in given.items() if value is not None}


class StreamOptions(BaseModel):
    """The options of a stream.

    >>> StreamOptions(include_usage=True).include_usage
    True
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    include_usage: bool | None = None
    include_obfuscation: Literal[False] | None = None


class Repeated(Drawn):
    """What chat completions and completions share: choices, seeds, stop strings.

    >>> Repeated(model="debate", stop="\\n", seed=7).changes()
    {'stop': ('\\n',)}
    """

    n: int | None = Field(None, ge=1, le=MOST)
    seed: int | None = None
    stop: Stops | None = None
    max_tokens: int | None = Field(None, ge=0)
    stream_options: StreamOptions | None = None
    frequency_penalty: Zero = None
    presence_penalty: Zero = None
    logit_bias: Annotated[dict[str, float], Field(max_length=0)] | None = None

    def changes(self) -> dict[str, Any]:
        """The changes to the sampling, by the names of its fields."""
        found = super().changes()
        if self.stop:
            found["stop"] = (self.stop,) if isinstance(self.stop, str) else self.stop
        if self.max_tokens is not None:
            found["max_tokens"] = self.max_tokens
        return found

    @property
    def counted(self) -> bool:
        """True if a stream is to end with its usage."""
        return bool(self.stream_options and self.stream_options.include_usage)


class Chat(Repeated):
    """A request for chat completions.

    >>> Chat(model="debate", messages=[{"role": "user", "content": "2 + 2?"}], max_completion_tokens=5).changes()
    {'max_tokens': 5}
    """

    messages: Annotated[list[dict[str, Any]], Field(min_length=1)]
    max_completion_tokens: int | None = Field(None, ge=1)
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    tools: list[dict[str, Any]] | None = None
    tool_choice: Literal["auto", "none"] | None = None
    parallel_tool_calls: Literal[True] | None = None
    response_format: dict[str, Any] | None = None
    modalities: tuple[Literal["text"]] | None = None

    def changes(self) -> dict[str, Any]:
        """The changes to the sampling, by the names of its fields."""
        found = super().changes()
        return found | ({} if self.max_completion_tokens is None else {"max_tokens": self.max_completion_tokens})


class Completion(Repeated):
    """A request for completions of bare text.

    >>> Completion(model="pocket:base", prompt="2 + 2").prompt
    '2 + 2'
    """

    prompt: str | list[int] | list[str] | list[list[int]] = ""
    echo: bool | None = None
    logprobs: int | None = Field(None, ge=0, le=20)
    best_of: Literal[1] | None = None
    suffix: Literal[""] | None = None


class Response(Drawn):
    """A request for a response.

    >>> Response(model="debate", input="2 + 2?", max_output_tokens=5).changes()
    {'max_tokens': 5}
    """

    input: str | list[dict[str, Any]]
    instructions: str | None = None
    max_output_tokens: int | None = Field(None, ge=1)
    previous_response_id: None = None
    conversation: None = None
    background: Literal[False] | None = None
    truncation: Literal["disabled"] | None = None
    include: Annotated[list[str], Field(max_length=0)] | None = None
    tools: Annotated[list[Any], Field(max_length=0)] | None = None
    tool_choice: Literal["auto", "none"] | None = None
    parallel_tool_calls: bool | None = None
    text: dict[str, Any] | None = None
    top_logprobs: Zero = None
    stream_options: StreamOptions | None = None

    def changes(self) -> dict[str, Any]:
        """The changes to the sampling, by the names of its fields."""
        found = super().changes()
        return found | ({} if self.max_output_tokens is None else {"max_tokens": self.max_output_tokens})


def parsed(kind: type[B], given: object) -> B:
    """A request's JSON as its type. Raises `Refused`, which names the parameter."""
    if not isinstance(given, dict):
        raise Refused(400, "the body: not a JSON object. Write the parameters as one.")
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise explained(error.errors()[0]) from None


def explained(first: Any) -> Refused:  # noqa: ANN401 - pydantic's details of an error
    """The first error of a request, by the parameter it is at."""
    name = str(first["loc"][0]) if first["loc"] else None
    if first["type"] == "extra_forbidden":
        return Refused(400, f"{name}: no such parameter here. Leave it out.", param=name, code="unknown_parameter")
    if first["type"] == "missing":
        return Refused(400, f"{name}: missing. Give it.", param=name, code="missing_required_parameter")
    words = f"{first['msg'][0].lower()}{first['msg'][1:]}"
    return Refused(400, f"{name}: {words}. Nothing else is taken here.", param=name, code="unsupported_value")


def sampling_of(usual: Sampling, changes: dict[str, Any]) -> Sampling:
    """The usual sampling with a request's changes."""
    return Sampling.model_validate({**dict(usual), **changes})
