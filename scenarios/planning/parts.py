"""Checks teams and their protocols: the outermost team and all that are nested in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import topologies
from ...agents import Open, Writer
from ...agents.errors import BadTopology
from ...agents.model_url import capability, in_folder
from ...topologies import Graph
from .members import check_model, check_names
from .protocol_spec import ProtocolSpec, protocol
from .schema import Member, Nest


@dataclass(frozen=True)
class Part:
    """A team and its protocol, checked; `options` have the protocol's types.

    >>> nest = Nest(protocol={"use": "text/debate"}, team=({"name": "a", "model": "pocket:base"},), topology="ring")
    >>> next(part for path, part in checked_parts(nest, "", "tiny.yaml", Path("."), None)).topology.names
    ('a',)
    """

    protocol: ProtocolSpec
    options: Mapping[str, Any]
    members: tuple[Member, ...]
    topology: Graph | None


def checked_parts(nest: Nest, path: str, where: str, folder: Path, models: Path | None) -> Iterator[tuple[str, Part]]:
    """A team and all teams nested in it, by path; files of code are relative to `folder`, of models to `models`."""
    place = f"{where}: {path}" if path else where
    found = protocol(nest.protocol.use, where=f"{place}: protocol", folder=folder)
    options = found.checked(nest.protocol.options, where=f"{place}: protocol.options")
    check_names(nest.team, where=f"{place}: team")
    for member in nest.team:
        check_model(member, where=place, folder=models)
        if isinstance(member.model, Nest):
            yield from checked_parts(member.model, f"{path}/{member.name}".lstrip("/"), where, folder, models)
            model, offers = member.model.protocol.use, nested(member.model, folder)
        else:
            model, offers = member.model, capability(in_folder(member.model, folder))
            wanted = found.needs_of(member.name, options)
            found.check_capability(member.name, model, offers=offers, wanted=wanted, where=place)
    names = [member.name for member in nest.team]
    found.check_options(options, names, where=place)
    graph = nest.topology
    topology = None if graph is None else topologies.named(graph, names, where=f"{place}: topology", folder=folder)
    if found.hears and graph is None and len(names) > 1:
        raise BadTopology(
            f"{place}: in {found.name} agents hear each other, and here nobody does. Add topology: complete."
        )
    yield path, Part(found, options, nest.team, topology)


def nested(nest: Nest, folder: Path) -> type:
    """The capability of a nested team: `Writer`, or that of the model it merges."""
    return Writer if "answer" in protocol(nest.protocol.use, folder=folder).verbs else Open
