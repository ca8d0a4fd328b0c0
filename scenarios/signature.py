"""What a protocol file offers and needs, read from its docstring and its signatures."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, getdoc, signature
from types import ModuleType
from typing import Any, Final, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from ..agents import Open, Stepper, Writer
from ..agents.errors import BadProtocol, BadScenario, MissingCapability, SymposiaError, UnknownName
from ..agents.lookup import find, names

PROTOCOLS: Final = "symposia.protocols"
VERBS: Final = ("prepare", "answer")
CAPABILITIES: Final = (Writer, Stepper, Open)
SHOWS: Final = {"Writer": "write text", "Stepper": "show next-token distributions", "Open": "show their parameters"}


class Signature:
    """A protocol: its `name`, `summary`, `verbs`, `options` with types, and the capability it `needs`."""

    def __init__(self, name: str, module: ModuleType) -> None:
        self.name = name
        self.verbs = {verb: getattr(module, verb) for verb in VERBS if hasattr(module, verb)}
        if not self.verbs or not getdoc(module):
            raise BadProtocol(f"{name}: not a protocol. A protocol file has a docstring and `prepare` or `answer`.")
        self.check: Callable[..., None] | None = getattr(module, "check", None)
        self.summary = (getdoc(module) or "").splitlines()[0]
        self.options: dict[str, Any] = {}
        self.defaults: dict[str, Any] = {}
        needs: list[type] = []
        for verb, function in self.verbs.items():
            hints = get_type_hints(function)
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

    def check_capability(self, agent: str, model: str, capability: type, *, where: str) -> None:
        """Raise `MissingCapability` if a model cannot do what the protocol needs."""
        if CAPABILITIES.index(capability) < CAPABILITIES.index(self.needs):
            raise MissingCapability(
                f"{where}: {self.name} needs models that {SHOWS[self.needs.__name__]}; {agent} ({model}) does not. "
                "Use a pocket: or hf: model."
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


def needed(where: str, hints: Mapping[str, Any]) -> type:
    """The capability in `team: Team[...]`. Raises `BadProtocol`."""
    for capability in get_args(hints.get("team")):
        if capability in CAPABILITIES:
            found: type = capability
            return found
    raise BadProtocol(f"{where}: its team has no capability. Write team: Team[Writer], Team[Stepper] or Team[Open].")


def protocol(name: str, *, where: str | None = None) -> Signature:
    """The protocol with that name. Raises `UnknownName`."""
    return Signature(name, find(PROTOCOLS, name, where=where))


def protocols() -> list[Signature]:
    """All protocols, by name."""
    return [protocol(name) for name in names(PROTOCOLS)]
