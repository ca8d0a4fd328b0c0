"""The interface of topologies, which say who hears whom in a team; `topologies` has the graphs."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from .errors import BadTopology


class Topology(Protocol):
    """A directed graph of speakers and listeners; `topologies.Graph` is one."""

    def speakers(self, listener: str) -> tuple[str, ...]:
        """The agents that this one hears."""
        ...


@runtime_checkable
class Drawn(Protocol):
    """A topology that can be drawn."""

    def _repr_svg_(self) -> str:
        """The drawing, as SVG."""
        ...


TopologyBuilder: TypeAlias = Callable[..., Topology]


class Unconnected:
    """The topology of a team whose agents never hear each other.

    >>> Unconnected().speakers("amber")
    ()
    """

    def speakers(self, listener: str) -> tuple[str, ...]:
        """An empty tuple."""
        return ()


def check_topology(topology: Topology, models: Mapping[str, object]) -> None:
    """Raise `BadTopology` unless the graph's names are exactly the members'."""
    names = set(getattr(topology, "names", models))
    if different := sorted(names ^ set(models)):
        raise BadTopology(
            f"topology: {', '.join(different)} in the graph or the team only. Lay the graph over the names of the team."
        )


def upstream(topology: Topology, name: str, hops: int) -> set[str]:
    """The agents whose words reach one in this many hops, itself included.

    >>> upstream(Unconnected(), "amber", 3)
    {'amber'}
    """
    found = {name}
    for _ in range(hops):
        found |= {speaker for one in found for speaker in topology.speakers(one)}
    return found
