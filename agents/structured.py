"""Structured output: a pydantic type, or a JSON schema, asked of any writer.

Every model is told the schema in words. One that can is also kept to it: a provider by its `response_format`, a model
of this process by masking the tokens that lead astray (`models/grammar`). Whatever it says is read and validated; an
answer that is not valid raises `BadAnswer` and is never replaced.
"""

from collections.abc import Mapping
from typing import Any, TypeVar, overload

from pydantic import SerializeAsAny

from .errors import BadMessage, MissingCapability
from .json_form import Form
from .message import Ask, Prompt, Sampling
from .models.base import GREEDY, Writer
from .models.forcing import forces_schema
from .parts import Text
from .team import Team
from .turn import Turn

T = TypeVar("T")


class InForm(Prompt, tag="structured.in_form/1"):
    """A prompt whose last turn also says in which form to answer.

    >>> InForm(prompt=Ask(text="2 + 2?"), words="Reply with JSON.").turns()[0].text
    '2 + 2?\\n\\nReply with JSON.'
    """

    prompt: SerializeAsAny[Prompt]
    words: str
    template = "{prompt}"

    def turns(self) -> tuple[Turn, ...]:
        """The prompt's turns, the last one with the words as a paragraph of its own."""
        *before, last = self.prompt.turns()
        if isinstance(last.content, str):
            return (*before, Turn(last.role, f"{last.content}\n\n{self.words}"))
        return (*before, Turn(last.role, (*last.parts, Text(text=f"\n\n{self.words}"))))


@overload
async def structured(
    writer: Writer | Team[Any],
    prompt: str | Prompt,
    kind: type[T],
    *,
    member: str | None = None,
    forced: bool | None = None,
    **sampling: object,
) -> T:
    """The answer as a value of a type."""


@overload
async def structured(
    writer: Writer | Team[Any],
    prompt: str | Prompt,
    kind: Mapping[str, Any],
    *,
    member: str | None = None,
    forced: bool | None = None,
    **sampling: object,
) -> Any:  # noqa: ANN401 - the JSON of a schema
    """The answer as JSON of a schema."""


async def structured(
    writer: Writer | Team[Any],
    prompt: str | Prompt,
    kind: Any,
    *,
    member: str | None = None,
    forced: bool | None = None,
    **sampling: object,
) -> Any:
    """Ask a model, or one `member` of a team, and return the answer as a value of this type or schema.

    A writer that can is kept to the schema, unless `forced` is false; with `forced` true one that cannot raises
    `MissingCapability`. Keywords override the sampling. Raises `BadAnswer` for an answer that is not valid.

    >>> import asyncio
    >>> from symposia.agents.models.scripted import Scripted
    >>> asyncio.run(structured(Scripted("[2, 3]"), "Two primes?", list[int]))
    [2, 3]
    """
    form = Form.of(kind)
    asked = InForm(prompt=Ask(text=prompt) if isinstance(prompt, str) else prompt, words=form.words)
    name = member_of(writer, member)
    model = writer.models[name] if isinstance(writer, Team) else writer
    if forced and not forces_schema(model):
        raise MissingCapability(f"{name}: cannot be kept to a schema. Leave out forced, or ask another model.")
    schema = None if forced is False else form.schema
    if isinstance(writer, Team):
        said = await writer.ask(name, asked, **sampling, json_schema=schema)
    else:
        kept = schema if forces_schema(writer) else None
        drawn = Sampling.model_validate({**dict(GREEDY), **sampling, "json_schema": kept})
        said = await writer.write(asked.turns(), drawn)
    return form.read(said, where=name)


def member_of(writer: Writer | Team[Any], member: str | None) -> str:
    """The name of whoever is asked. Raises `BadMessage` for a team of several where none is named."""
    if not isinstance(writer, Team):
        return str(getattr(writer, "name", type(writer).__name__))
    if member is None and len(writer) > 1:
        raise BadMessage(f"structured: which of {', '.join(writer)} is asked? Name a member, or use a Collective.")
    return writer.named(member, default=writer.names[0])
