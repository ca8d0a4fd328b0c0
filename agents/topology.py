"""Who may speak to whom, as a team sees it; `topologies` has the graphs."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from .errors import BadTopology


class Topology(Protocol):
    """Who may speak to whom; `topologies.Graph` is one."""

    def speakers(self, listener: str) -> tuple[str, ...]:
        """Whom this agent hears."""
        ...


@runtime_checkable
class Drawn(Protocol):
    """A topology that can be shown as a picture."""

    def _repr_svg_(self) -> str:
        """The picture, as SVG."""
        ...


TopologyBuilder: TypeAlias = Callable[..., Topology]


class Unconnected:
    """The wiring of a team whose agents never hear each other."""

    def speakers(self, listener: str) -> tuple[str, ...]:
        """No one."""
        return ()


def check_topology(topology: Topology, models: Mapping[str, object]) -> None:
    """Raise `BadTopology` unless a graph is over exactly the members."""
    names = set(getattr(topology, "names", models))
    if different := sorted(names ^ set(models)):
        raise BadTopology(
            f"topology: {', '.join(different)} in the graph or the team only. Lay the graph over the names of the team."
        )
