"""A scenario, checked: every name looked up, every option typed, every capability compared; nothing loaded.

What can be wrong with a scenario is found here, before a model is read or a call is made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, get_type_hints

from ... import topologies
from ...agents import Open, Writer
from ...agents.errors import BadScenario, Twice
from ...agents.load import capability, check
from ...evaluators import metric, task
from ...evaluators.evaluator import AnswerBy, alone
from ...topologies import Graph
from .protocol_spec import ProtocolSpec, protocol, typed
from .schema import Member, Nest, Scenario, TaskUse


@dataclass(frozen=True)
class Part:
    """A team and the protocol it follows, checked; `options` have the protocol's types."""

    protocol: ProtocolSpec
    options: Mapping[str, Any]
    members: tuple[Member, ...]
    topology: Graph | None


@dataclass(frozen=True)
class Plan:
    """A scenario that can be run. `parts` holds the outermost team under "" and nested ones by their path."""

    scenario: Scenario
    where: str
    folder: Path
    parts: Mapping[str, Part]

    @property
    def part(self) -> Part:
        """The outermost team."""
        return self.parts[""]

    def models(self) -> dict[str, str]:
        """Every model's URL, by the path of its agent: `pair/graphs`."""
        members = [(path, member) for path, part in self.parts.items() for member in part.members]
        return {
            f"{path}/{member.name}".lstrip("/"): member.model
            for path, member in (*members, *(("", member) for member in self.scenario.against))
            if isinstance(member.model, str)
        }


def plan(scenario: Scenario, *, where: str, folder: Path, replayed: bool = False) -> Plan:
    """Check a scenario. `where` begins error messages, `folder` is what its files are relative to.

    A scenario that is only replayed needs no models, so they need not be there.
    """
    outer = Nest(protocol=scenario.protocol, team=scenario.team, topology=scenario.topology)
    parts = dict(checked_parts(outer, "", where, None if replayed else folder))
    check_against(scenario, where, None if replayed else folder)
    checked_task(scenario.task, where=f"{where}: task")
    for name in scenario.metrics:
        metric.find(name, where=f"{where}: metrics")
    if len(set(scenario.metrics)) < len(scenario.metrics):
        raise Twice("metric", scenario.metrics, where=f"{where}: metrics")
    return Plan(scenario, where, folder, parts)


def checked_parts(nest: Nest, path: str, where: str, folder: Path | None) -> Iterator[tuple[str, Part]]:
    """A team and all teams nested in it, by path; without a folder, models are not looked for."""
    place = f"{where}: {path}" if path else where
    found = protocol(nest.protocol.use, where=f"{place}: protocol")
    options = found.checked(nest.protocol.options, where=f"{place}: protocol.options")
    names = [member.name for member in nest.team]
    if len(set(names)) < len(names):
        raise Twice("agent", names, where=f"{place}: team")
    for member in nest.team:
        if isinstance(member.model, Nest):
            yield from checked_parts(member.model, f"{path}/{member.name}".lstrip("/"), where, folder)
            model, offers = member.model.protocol.use, nested(member.model)
        else:
            if folder is not None:
                check(at(member.model, folder), where=f"{place}: {member.name}")
            model, offers = member.model, capability(member.model)
            wanted = found.needs_of(member.name, options)
            found.check_capability(member.name, model, offers=offers, wanted=wanted, where=place)
    found.check_options(options, names, where=place)
    topology = None if nest.topology is None else topologies.named(nest.topology, names, where=f"{place}: topology")
    yield path, Part(found, options, nest.team, topology)


def check_against(scenario: Scenario, where: str, folder: Path | None) -> None:
    """Check the models that take no part. Raises `Twice`, `BadScenario` and what `check` raises."""
    names = [member.name for member in (*scenario.team, *scenario.against)]
    if len(set(names)) < len(names):
        raise Twice("agent", names, where=f"{where}: against")
    for member in scenario.against:
        if isinstance(member.model, Nest):
            raise BadScenario(f"{where}: against: {member.name} is a team. Compare with single models, by their URL.")
        if folder is not None:
            check(at(member.model, folder), where=f"{where}: {member.name}")


def nested(nest: Nest) -> type:
    """What a team offers in a model's place: text, or all that a merged model offers."""
    return Writer if "answer" in protocol(nest.protocol.use).verbs else Open


def at(url: str, folder: Path) -> str:
    """A model URL whose file, where it is one, is relative to the scenario file."""
    scheme, _, rest = url.partition(":")
    if scheme == "peer":
        top, slash, shared = rest.partition("/")
        return f"{scheme}:{top}{slash}{at(shared, folder)}"
    return f"{scheme}:{folder / rest}" if scheme in ("scripted", "hf", "reward") and (folder / rest).exists() else url


def checked_task(use: TaskUse, *, where: str) -> dict[str, Any]:
    """What the task's `load` is called with, besides the split. Raises `UnknownName` or `BadScenario`."""
    load = task.find(use.use, where=where).load
    hints = get_type_hints(load)
    known = {
        name: hints[name]
        for name, option in signature(load).parameters.items()
        if option.kind is Parameter.KEYWORD_ONLY and name not in ("split", "limit", "data", "seed")
    }
    return typed(use.options, known, kind=f"option of {use.use}", where=f"{where}.options")


def answer_by(part: Part) -> AnswerBy:
    """The protocol's `answer` with its options; one that only prepares leaves a single model, which answers alone."""
    if "answer" not in part.protocol.verbs:
        return alone
    answer: AnswerBy = partial(part.protocol.verbs["answer"], **part.protocol.for_verb("answer", part.options))
    return answer
