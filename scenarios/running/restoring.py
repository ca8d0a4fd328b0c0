"""Teams as `prepare` left them: written into a directory, and made again from it without a call."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...agents import Team
from ...agents.codec import decode, encode
from ...agents.durable import writing
from ...agents.errors import BadScenario
from ...agents.topology import Topology
from ...topologies import Graph
from ..planning.parts import Part
from ..planning.prepared import Kept, KeptModel, KeptTeam, of_members


def kept_team(  # noqa: PLR0913 - a team before and after, and where all is
    team: Team[Any], ready: Team[Any], part: Part, directory: Path, folder: Path, path: str
) -> KeptTeam:
    """A prepared team as data; models that `prepare` made are saved in a directory.

    `team` is the one before, `folder` the scenario's. Raises `BadScenario` for what cannot be saved, `CannotWrite`.
    """
    names = {id(model): name for name, model in team.models.items()}
    models = {}
    for name, model in ready.models.items():
        if id(model) in names:
            models[name] = KeptModel(member=names[id(model)])
            continue
        if not hasattr(model, "save"):
            raise BadScenario(f"{name}: a {type(model).__name__} cannot be kept. Only models of weights are saved.")
        at = Path("models") / path / name
        with writing(directory / at):
            model.save(directory / at)
        models[name] = KeptModel(folder=str(at), fingerprint=fingerprints(Team({name: model})).get(name))
    same = ready.topology is team.topology or set(ready.models) != set(team.models)
    own = ready.context
    return KeptTeam(
        protocol=part.protocol.name,
        members=of_members(part, folder),
        models=models,
        fingerprints=fingerprints(team),
        hears=None if same else {name: tuple(ready.topology.speakers(name)) for name in ready},
        personas=dict(own.personas),
        samplings={name: dict(some) for name, some in own.samplings.items()},
        blind=tuple(sorted(own.blind)),
        learned=None if ready.learned is None else encode(ready.learned),
    )


def restored(team: Team[Any], kept: KeptTeam, directory: Path, load: Callable[..., Any], *, where: str) -> Team[Any]:
    """The team as `prepare` left it. Raises `BadScenario` for other weights of a member, and a missing folder."""
    for name, found in fingerprints(team).items():
        if kept.fingerprints.get(name, found) != found:
            raise BadScenario(
                f"{where}: prepared: the weights of {name} were others ({kept.fingerprints[name]}, here {found}). "
                "Prepare this team."
            )
    models = {name: model_of(one, name, team, directory, load, where) for name, one in kept.models.items()}
    context = replace(team.context, personas=kept.personas, samplings=kept.samplings, blind=frozenset(kept.blind))
    learned = None if kept.learned is None else decode(kept.learned)
    return Team(models, topology_of(team, kept), context, question=team.question, learned=learned)


def model_of(one: KeptModel, name: str, team: Team[Any], directory: Path, load: Callable[..., Any], where: str) -> Any:  # noqa: ANN401, PLR0913
    """A model of a prepared team."""
    if one.member is not None:
        return team.models[one.member]
    folder = directory / str(one.folder)
    if not folder.is_dir():
        raise BadScenario(f"{where}: prepared: {folder} is gone. Restore it, or prepare this team again.")
    made = load(f"hf:{folder.resolve()}")
    found = fingerprints(Team({name: made})).get(name)
    if one.fingerprint is not None and found not in (None, one.fingerprint):
        raise BadScenario(f"{where}: prepared: {folder} was changed. Restore it, or prepare this team again.")
    return made


def topology_of(team: Team[Any], kept: KeptTeam) -> Topology | None:
    """Who hears whom in a prepared team: its own graph, or the scenario's where the members are the same."""
    if kept.hears is not None:
        return Graph(kept.hears, [(speaker, name) for name, heard in kept.hears.items() for speaker in heard])
    return team.topology if set(kept.models) == set(team.models) else None


def fingerprints(team: Team[Any]) -> dict[str, str]:
    """Hashes of the weights of those members that show them."""
    shown = {name: model for name, model in team.models.items() if hasattr(model, "chat")}
    if not shown:
        return {}
    from ...agents.models.hf.model import Model
    from ...trainers.finetuning.lineage import fingerprint

    return {name: fingerprint(model) for name, model in shown.items() if isinstance(model, Model)}


class Keep:
    """Prepares teams, nested ones first, and notes them.

    >>> Keep(Path("."), Path(".")).kept.parts
    {}
    """

    def __init__(self, directory: Path, folder: Path) -> None:
        self.directory, self.folder = directory, folder
        self.kept = Kept(parts={})

    def note(self, path: str, part: Part, team: Team[Any], ready: Team[Any]) -> Team[Any]:
        """Save a prepared team; returns it."""
        own = kept_team(team, ready, part, self.directory, self.folder, path)
        self.kept = Kept(parts={**self.kept.parts, path: own})
        return ready
