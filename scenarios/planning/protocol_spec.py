"""Specifications of protocols, read from their docstrings, options and signatures."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from inspect import Parameter, getdoc, signature
from pathlib import Path
from types import ModuleType
from typing import Any, Final, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from ...agents import Open, Stepper, Writer
from ...agents.errors import BadProtocol, MissingCapability, SymposiaError, UnknownName
from ...agents.models.base import Scorer
from ...agents.options import TAKEN, ProtocolOptions
from ...agents.registry import PROTOCOLS, find, names
from .option_values import checked_options, given_options

VERBS: Final = ("prepare", "answer", "review")
CAPABILITIES: Final = (Writer, Stepper, Open)
SHOWS: Final[Mapping[Any, tuple[str, str]]] = {
    Writer: ("write text", "Use a model that does"),
    Stepper: ("show next-token distributions", "Use a pocket: or hf: model"),
    Open: ("show their parameters", "Use a pocket: or hf: model"),
    Scorer: ("score answers", "Use pocket:reward or a reward: model"),
}


class ProtocolSpec:
    """A protocol: its `name`, `summary`, `verbs`, `options` as a closed model, and the capability it `needs`.

    It `hears` if its members hear each other, so that it means nothing without a topology (`HEARS = True` in its file).

    It `draws` its tokens if it means nothing at temperature 0 (`DRAWS = True` in its file).

    An option of the type `Annotated[str, Writer]` names a member, a judge for example, that needs another
    capability than the other members: `roles` maps options to capabilities.

    >>> debate = protocol("text/debate")
    >>> debate.needs.__name__, list(debate.options.model_fields)
    ('Writer', ['rounds', 'until_consensus', 'revise', 'votes', 'prune', 'by', 'mask'])
    """

    def __init__(self, name: str, module: ModuleType) -> None:
        self.name = name
        self.module = module
        self.verbs = {verb: getattr(module, verb) for verb in VERBS if hasattr(module, verb)}
        if not self.verbs or not getdoc(module):
            raise BadProtocol(
                f"{module.__file__}: not a protocol. A protocol file has a docstring and `prepare` or `answer`."
            )
        self.hears = bool(getattr(module, "HEARS", False))
        self.draws = bool(getattr(module, "DRAWS", False))
        self.summary = (getdoc(module) or "").splitlines()[0]
        hints = {verb: get_type_hints(function, include_extras=True) for verb, function in self.verbs.items()}
        self.needs: type = max(
            (needed(f"{module.__file__}: {verb}", found) for verb, found in hints.items()), key=CAPABILITIES.index
        )

    @cached_property
    def options(self) -> type[BaseModel]:
        """The options of all its verbs as a closed model: type, bounds, default and description."""
        declared = [getattr(verb, TAKEN, None) for verb in self.verbs.values()]
        for kind in declared:
            if kind is not None:
                taken: type[BaseModel] = kind
                return taken
        fields: dict[str, Any] = {}
        for verb in self.verbs.values():
            hints = get_type_hints(verb, include_extras=True)
            for option in signature(verb).parameters.values():
                if option.kind is Parameter.KEYWORD_ONLY:
                    fields[option.name] = (hints[option.name], option.default)
        return create_model("Options", __config__=ConfigDict(extra="forbid", allow_inf_nan=False), **fields)

    @cached_property
    def roles(self) -> dict[str, type]:
        """The options that name a member, with the capability that it needs."""
        found: dict[str, type] = {}
        for name, field in self.options.model_fields.items():
            inner = [mark for part in get_args(field.annotation) for mark in getattr(part, "__metadata__", ())]
            for mark in (*field.metadata, *inner):
                if isinstance(mark, type) and mark in SHOWS:
                    found[name] = mark
        return found

    def checked(self, given: Mapping[str, Any], *, where: str) -> dict[str, Any]:
        """The given options, converted to the protocol's types. Raises `UnknownName` or `BadScenario`."""
        return checked_options(self.options, given, kind=f"option of {self.name}", where=where)

    def check_options(self, options: Mapping[str, Any], members: Sequence[str], *, where: str) -> None:
        """Raise the errors of its verbs for these options and members, as far as they do not depend on models.

        Raises `UnknownName` for an option that names a member that there is not.
        """
        for option in self.roles:
            named = options.get(option, self.options.model_fields[option].default)
            if named is not None and named not in members:
                raise UnknownName("agent", str(named), members, where=f"{where}: protocol.options.{option}")
        if not issubclass(self.options, ProtocolOptions):
            return
        try:
            self.options(**options).check(tuple(members))
        except SymposiaError as error:
            error.args = (f"{where}: {error}",)
            raise

    def looks_at_dev(self, options: Mapping[str, Any]) -> bool:
        """True if it is prepared on dev with these options."""
        if "prepare" not in self.verbs or not issubclass(self.options, ProtocolOptions):
            return "prepare" in self.verbs
        return self.options(**options).looks_at_dev

    def for_verb(self, verb: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options that one of its verbs takes."""
        return given_options(self.verbs[verb], options)

    def needs_of(self, agent: str, options: Mapping[str, Any]) -> type:
        """The capability that a member needs: of its role, where an option gives it one."""
        return next((wanted for option, wanted in self.roles.items() if options.get(option) == agent), self.needs)

    def check_capability(self, agent: str, model: str, *, offers: type, wanted: type, where: str) -> None:
        """Raise `MissingCapability` if a model lacks the capability that the protocol needs."""
        if not suffices(offers, wanted):
            shows, advice = SHOWS[wanted]
            raise MissingCapability(
                f"{where}: {self.name} needs models that {shows}; {agent} ({model}) does not. {advice}."
            )


def suffices(offers: type, wanted: type) -> bool:
    """True if one capability includes another."""
    if Scorer in (offers, wanted):
        return offers is wanted
    return CAPABILITIES.index(offers) >= CAPABILITIES.index(wanted)


def needed(where: str, hints: Mapping[str, Any]) -> type:
    """The capability in `team: Team[...]`. Raises `BadProtocol`."""
    for capability in get_args(hints.get("team")):
        if capability in CAPABILITIES:
            found: type = capability
            return found
    raise BadProtocol(f"{where}: its team has no capability. Write team: Team[Writer], Team[Stepper] or Team[Open].")


def protocol(name: str, *, where: str | None = None, folder: Path | None = None) -> ProtocolSpec:
    """The protocol with that name; a file is relative to `folder`. Raises `UnknownName`, `BadPlugin`, `BadProtocol`."""
    return ProtocolSpec(name, find(PROTOCOLS, name, where=where, folder=folder))


def protocols() -> list[ProtocolSpec]:
    """All registered protocols, in the order of their names."""
    return [protocol(name) for name in names(PROTOCOLS)]
