"""A configuration of MoCo's as a scenario, with a note for each key that was dropped, guessed, or is not read."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

import yaml

from ...agents.errors import BadData, UnknownName
from ...agents.frozen import Frozen
from . import moco_api_methods, moco_duels, moco_text_methods, moco_weight_methods
from .moco_config import MocoConfig
from .moco_general import GENERAL, write_general
from .moco_keys import Draft, Method

METHODS: Final[Mapping[str, Method]] = {
    **moco_api_methods.METHODS,
    **moco_text_methods.METHODS,
    **moco_duels.METHODS,
    **moco_weight_methods.METHODS,
}
"""MoCo's methods by their names."""


class Converted(Frozen):
    """A scenario, as data, and notes on what became of each key that has no counterpart.

    >>> Converted(scenario={"seed": 0}, notes=("guessed: seed 0",)).text()
    '# guessed: seed 0\\nseed: 0\\n'
    """

    scenario: dict[str, Any]
    notes: tuple[str, ...]

    def text(self) -> str:
        """The scenario as YAML, below its notes."""
        head = "".join(f"# {note}\n" for note in self.notes)
        return head + yaml.safe_dump(self.scenario, sort_keys=False, width=120, allow_unicode=True)


def convert(config: MocoConfig, *, compat: bool = False) -> Converted:
    """The scenario that a configuration describes; with `compat` answers are read as MoCo 1.1 does.

    Raises `UnknownName` for a method that MoCo does not have, `BadData` for a value of another type than MoCo reads.
    """
    if config.method not in METHODS:
        raise UnknownName("method of MoCo", config.method, METHODS)
    method = METHODS[config.method]
    draft = Draft(config, [], use=method.use)
    try:
        write_general(draft, compat=compat)
        for key in method.keys:
            key.write(draft)
        if method.finish is not None:
            method.finish(draft)
    except (TypeError, ValueError, AttributeError) as error:
        raise BadData(f"{config.method}: a hyperparameter is of another type than MoCo reads ({error}).") from None
    _account(draft, method)
    protocol: dict[str, Any] = {"use": draft.use}
    if draft.options:
        protocol["options"] = draft.options
    scenario = {"protocol": protocol, "team": draft.team, "task": draft.task, "sampling": draft.sampling}
    return Converted(scenario={**scenario, **draft.further}, notes=tuple(dict.fromkeys(draft.notes)))


def _account(draft: Draft, method: Method) -> None:
    """Note every hyperparameter that did not become an option."""
    known = method.known | GENERAL
    for key in draft.config.hyperparameters:
        if key in method.dropped:
            draft.notes.append(f"dropped: {key} ({method.dropped[key]})")
        elif key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"; nearest: {near[0]}" if near else ""
            draft.notes.append(f"not read by MoCo's {draft.config.method}: {key}{hint}")
