"""How a hyperparameter of MoCo's becomes an option: the vocabulary of `moco_methods.py`, and the scenario it writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .moco_config import MocoConfig

ABSENT: Final = object()
"""The default of a hyperparameter that MoCo has no default for."""


@dataclass
class Draft:
    """A scenario that is being written: its parts, the members' names, and notes on what has no counterpart.

    >>> config = MocoConfig(method="m", task="t", task_type="", gpu_ids=(), model_names=("a/b",), hyperparameters={})
    >>> Draft(config, ["b"]).notes
    []
    """

    config: MocoConfig
    names: list[str]
    use: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    team: list[dict[str, Any]] = field(default_factory=list)
    task: dict[str, Any] = field(default_factory=dict)
    sampling: dict[str, Any] = field(default_factory=dict)
    further: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def given(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - JSON
        """The value of a hyperparameter."""
        return self.config.hyperparameters.get(key, default)

    def put(self, path: str, value: Any) -> None:  # noqa: ANN401 - JSON
        """Set an option, as `motion.iterations`; `task.dev_limit` and `scenario.seed` are not the protocol's."""
        place, _, name = path.rpartition(".")
        at: dict[str, Any] = {"task": self.task, "scenario": self.further, "": self.options}.get(place, self.options)
        if place not in ("task", "scenario", ""):
            at = self.options.setdefault(place, {})
        at[name] = value

    def member(self, model: str) -> str:
        """Add a member that is not among the models of the configuration; returns its name."""
        for name, one in zip(self.names, self.team, strict=True):
            if one["model"].partition("#")[0] == f"hf:{model}":
                return name
        name = unique(slug(model), self.names)
        self.names.append(name)
        self.team.append({"name": name, "model": f"hf:{model}{device(self.config, len(self.team))}"})
        return name


@dataclass(frozen=True)
class Key:
    """A hyperparameter: its name and default in MoCo, the option it becomes, and how its value does.

    The option is always written, as MoCo's default where it is not given: our defaults are others.

    >>> Key("round", 3, "rounds").to
    'rounds'
    """

    name: str
    default: Any
    to: str
    value: Callable[[Any], Any] | Mapping[Any, Any] | None = None

    def write(self, draft: Draft) -> None:
        """Write the option into a draft."""
        given = draft.given(self.name, self.default)
        if given is ABSENT or given is None:
            return
        if isinstance(self.default, bool):
            given = bool(given)
        if isinstance(self.value, Mapping):
            if given not in self.value:
                known = ", ".join(map(str, self.value))
                draft.notes.append(f"{self.name}: {given!r} has no counterpart (known: {known}); left at our default")
                return
            given = self.value[given]
        elif self.value is not None:
            given = self.value(given)
        draft.put(self.to, given)


@dataclass(frozen=True)
class Method:
    """A method of MoCo's: the protocol that it is, its keys, those that have no counterpart and why, and the rest.

    >>> Method("text/refine", (Key("round", 3, "rounds"),)).use
    'text/refine'
    """

    use: str
    keys: tuple[Key, ...] = ()
    dropped: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[Draft], None] | None = None
    read: tuple[str, ...] = ()
    """Keys that `finish` reads."""

    @property
    def known(self) -> set[str]:
        """The hyperparameters that the method reads."""
        return {key.name for key in self.keys} | set(self.dropped) | set(self.read)


def slug(model: str) -> str:
    """A member's name: the last part of a model's.

    >>> slug("chtmp223/Qwen2.5-7B-CLIPPER")
    'qwen2-5-7b-clipper'
    """
    last = model.rstrip("/").rpartition("/")[2].lower()
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter == "-") else "-" for letter in last)


def unique(name: str, taken: list[str]) -> str:
    """The name, with a number where it is taken.

    >>> unique("base", ["base", "base-2"])
    'base-3'
    """
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def device(config: MocoConfig, place: int) -> str:
    """The device suffix of the model at this place; all devices where MoCo spreads each model over them."""
    if not config.gpu_ids:
        return ""
    if config.hyperparameters.get("big_model_mode"):
        return "#" + ",".join(f"cuda:{number}" for number in config.gpu_ids)
    return f"#cuda:{config.gpu_ids[place % len(config.gpu_ids)]}"
