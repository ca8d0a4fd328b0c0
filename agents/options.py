"""The options of a protocol, written once: fields with bounds and descriptions, and a check against the members.

A protocol whose verbs share options declares them as a frozen class, and takes them in one piece:

    class Options(ProtocolOptions):
        rounds: int = Field(default=2, ge=0, description="Rounds of hearing each other.")

    @takes(Options)
    async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer: ...

Callers write keywords all the same, `answer(team, question, rounds=3)`. The same fields are what scenario files,
`plan`, `list`, the documentation and the JSON schema know of.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, Self, TypeVar

from pydantic import ConfigDict, ValidationError

from .errors import BadScenario, UnknownName
from .frozen import Frozen
from .team import Team

O = TypeVar("O", bound="ProtocolOptions")  # noqa: E741 - the options
P = ParamSpec("P")
R = TypeVar("R")

TAKEN: Final = "__options__"
"""The attribute of a verb that holds its class of options."""


class ProtocolOptions(Frozen):
    """Base class of a protocol's options, whose numbers are finite. `check` validates them against the members' names.

    >>> from pydantic import Field
    >>> class Options(ProtocolOptions):
    ...     rounds: int = Field(default=2, ge=0)
    >>> Options.given({"rounds": 3}, where="text/debate").rounds
    3
    """

    model_config = ConfigDict(allow_inf_nan=False)

    @classmethod
    def given(cls, values: Mapping[str, Any], *, where: str) -> Self:
        """Options from values. Raises `UnknownName` for an unknown one, `BadScenario` for an invalid value."""
        for name in values:
            if name not in cls.model_fields:
                raise UnknownName(f"option of {where}", name, cls.model_fields, where=where)
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise BadScenario(wrong_option(error, where)) from None

    @property
    def looks_at_dev(self) -> bool:
        """True if `prepare` chooses by dev with these options; it does unless a protocol says otherwise."""
        return True

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` or `UnknownName` for options that do not fit these members."""

    def check_most(self, name: str, most: int, of: str, *, where: str) -> None:
        """Raise `BadScenario` for a number that was asked for and is more than there are; a default may be more."""
        value = getattr(self, name)
        if name in self.model_fields_set and value > most:
            raise BadScenario(f"{where}.{name}: {value} of {most} {of}. Give at most {most}.")


def takes(
    kind: type[O],
) -> Callable[[Callable[Concatenate[Any, P], Awaitable[R]]], Callable[..., Awaitable[R]]]:
    """Make a verb that takes an `options` object callable with keywords; they are validated first."""

    def decorate(verb: Callable[Concatenate[Any, P], Awaitable[R]]) -> Callable[..., Awaitable[R]]:
        where = "/".join(verb.__module__.split(".")[-2:])
        called: Callable[..., Awaitable[R]] = verb

        @wraps(verb)
        async def with_keywords(team: Team[Any], *subject: Any, options: O | None = None, **values: Any) -> R:  # noqa: ANN401
            chosen = options or kind.given(values, where=where)
            chosen.check(team.names)
            return await called(team, *subject, chosen)

        setattr(with_keywords, TAKEN, kind)
        return with_keywords

    return decorate


def wrong_option(error: ValidationError, where: str) -> str:
    """The error message for the first invalid option."""
    first = error.errors()[0]
    place = ".".join([where, *(str(part) for part in first["loc"] if isinstance(part, str) and "[" not in part)])
    if first["type"] == "value_error":
        return f"{place}: {first['ctx']['error']}" if first["loc"] else f"{where}: {first['ctx']['error']}"
    said = first["msg"]
    return f"{place}: {said[0].lower()}{said[1:]}, not {first['input']!r}."
