"""The plug-in code that a scenario runs, with hashes of its files, so that a replay detects changes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ...agents.model_url import plugin_scheme
from ...agents.registry import GRADERS, METRICS, MODELS, PROTOCOLS, TASKS, TOPOLOGIES, Kind, origin
from ...topologies import SHAPES
from .parts import Part
from .schema import Nest, Scenario


class Code(NamedTuple):
    """A plug-in in a scenario: its kind, its name, the file of its code, and 16 digits of the file's SHA-256.

    >>> Code("protocol", "./judge_pick.py", "/lab/judge_pick.py", "0123456789abcdef").word
    'protocol'
    """

    word: str
    name: str
    file: str
    hash: str


def code_of(scenario: Scenario, parts: Mapping[str, Part], folder: Path) -> Iterator[Code]:
    """The plug-in code of a scenario, once for each name."""
    for kind, name in dict.fromkeys(used(scenario, parts, folder)):
        found = origin(kind, name, folder=folder)
        if found.plugin:
            yield Code(kind.word, name, found.file, found.hash)


def used(scenario: Scenario, parts: Mapping[str, Part], folder: Path) -> Iterator[tuple[Kind, str]]:
    """The kind and name of everything in a scenario that has code."""
    yield TASKS, scenario.task.use
    if scenario.grader is not None:
        yield GRADERS, scenario.grader.use
    yield from ((METRICS, name) for name in scenario.metrics)
    members = [member for part in parts.values() for member in part.members]
    for part in parts.values():
        yield PROTOCOLS, part.protocol.name
    for graph in (scenario.topology, *(m.model.topology for m in members if isinstance(m.model, Nest))):
        name = graph.get("shape") if isinstance(graph, dict) else graph
        if isinstance(name, str) and name not in SHAPES:
            yield TOPOLOGIES, name
    for member in (*members, *scenario.against, *scenario.judges):
        if isinstance(member.model, str) and (scheme := plugin_scheme(member.model)) is not None:
            yield MODELS, scheme
