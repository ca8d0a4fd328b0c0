"""What a protocol file offers and needs, read from its docstring and its signatures."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, getdoc, signature
from types import ModuleType
from typing import Any, Final, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from ...agents import Open, Stepper, Writer
from ...agents.errors import BadProtocol, BadScenario, MissingCapability, SymposiaError, UnknownName
from ...agents.models.base import Scorer
from ...agents.registry import find, names

PROTOCOLS: Final = "symposia.protocols"
VERBS: Final = ("prepare", "answer", "review")
CAPABILITIES: Final = (Writer, Stepper, Open)
SHOWS: Final[Mapping[Any, tuple[str, str]]] = {
    Writer: ("write text", "Use a model that does"),
    Stepper: ("show next-token distributions", "Use a pocket: or hf: model"),
    Open: ("show their parameters", "Use a pocket: or hf: model"),
    Scorer: ("score answers", "Use pocket:reward or a reward: model"),
}


class ProtocolSpec:
    """A protocol: its `name`, `summary`, `verbs`, `options` with types, and the capability it `needs`.

    An option of the type `Annotated[str, Writer]` names a member, a judge for example, of which less or
    something else is needed than of the others: `roles` says what.
    """

    def __init__(self, name: str, module: ModuleType) -> None:
        self.name = name
        self.verbs = {verb: getattr(module, verb) for verb in VERBS if hasattr(module, verb)}
        if not self.verbs or not getdoc(module):
            raise BadProtocol(f"{name}: not a protocol. A protocol file has a docstring and `prepare` or `answer`.")
        self.check: Callable[..., None] | None = getattr(module, "check", None)
        self.summary = (getdoc(module) or "").splitlines()[0]
        self.options: dict[str, Any] = {}
        self.defaults: dict[str, Any] = {}
        self.roles: dict[str, type] = {}
        needs: list[type] = []
        for verb, function in self.verbs.items():
            hints = get_type_hints(function)
            self.roles |= roles(get_type_hints(function, include_extras=True))
            needs.append(needed(f"{name}.{verb}", hints))
            for option in signature(function).parameters.values():
                if option.kind is Parameter.KEYWORD_ONLY:
                    self.options[option.name] = hints[option.name]
                    self.defaults[option.name] = option.default
        self.needs: type = max(needs, key=CAPABILITIES.index)

    def checked(self, given: Mapping[str, Any], *, where: str) -> dict[str, Any]:
        """The options as the protocol's types. Raises `UnknownName` or `BadScenario`."""
        return typed(given, self.options, kind=f"option of {self.name}", where=where)

    def check_options(self, options: Mapping[str, Any], members: Sequence[str], *, where: str) -> None:
        """Have the protocol's `check`, if it has one, raise what its `answer` would: what members alone decide."""
        if self.check is None:
            return
        taken = signature(self.check).parameters
        try:
            self.check(tuple(members), **{name: value for name, value in options.items() if name in taken})
        except SymposiaError as error:
            error.args = (f"{where}: {error}",)
            raise

    def for_verb(self, verb: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the options that one of its verbs takes."""
        taken = signature(self.verbs[verb]).parameters
        return {name: value for name, value in options.items() if name in taken}

    def needs_of(self, agent: str, options: Mapping[str, Any]) -> type:
        """The capability a member needs, which may be less where an option gives it a role of its own."""
        return next((wanted for option, wanted in self.roles.items() if options.get(option) == agent), self.needs)

    def check_capability(self, agent: str, model: str, *, offers: type, wanted: type, where: str) -> None:
        """Raise `MissingCapability` if a model cannot do what the protocol needs of it."""
        if not suffices(offers, wanted):
            shows, advice = SHOWS[wanted]
            raise MissingCapability(
                f"{where}: {self.name} needs models that {shows}; {agent} ({model}) does not. {advice}."
            )


def typed(given: Mapping[str, Any], known: Mapping[str, Any], *, kind: str, where: str) -> dict[str, Any]:
    """Values from a file as the types they should have. Raises `UnknownName` or `BadScenario`."""
    checked = {}
    for name, value in given.items():
        if name not in known:
            raise UnknownName(kind, name, known, where=where)
        try:
            checked[name] = TypeAdapter(known[name]).validate_python(value)
        except ValidationError as error:
            wrong = error.errors()[0]["msg"]
            raise BadScenario(f"{where}.{name}: {wrong[0].lower()}{wrong[1:]}, not {value!r}. Mend it.") from None
    return checked


def suffices(offers: type, wanted: type) -> bool:
    """Whether a model that offers one capability has the other."""
    if Scorer in (offers, wanted):
        return offers is wanted
    return CAPABILITIES.index(offers) >= CAPABILITIES.index(wanted)


def roles(hints: Mapping[str, Any]) -> dict[str, type]:
    """The options that name a member, with the capability each asks of it."""
    marks = {
        option: [mark for part in (hint, *get_args(hint)) for mark in getattr(part, "__metadata__", ())]
        for option, hint in hints.items()
    }
    return {option: mark for option, found in marks.items() for mark in found if mark in SHOWS}


def needed(where: str, hints: Mapping[str, Any]) -> type:
    """The capability in `team: Team[...]`. Raises `BadProtocol`."""
    for capability in get_args(hints.get("team")):
        if capability in CAPABILITIES:
            found: type = capability
            return found
    raise BadProtocol(f"{where}: its team has no capability. Write team: Team[Writer], Team[Stepper] or Team[Open].")


def protocol(name: str, *, where: str | None = None) -> ProtocolSpec:
    """The protocol with that name. Raises `UnknownName`."""
    return ProtocolSpec(name, find(PROTOCOLS, name, where=where))


def protocols() -> list[ProtocolSpec]:
    """All protocols, by name."""
    return [protocol(name) for name in names(PROTOCOLS)]
