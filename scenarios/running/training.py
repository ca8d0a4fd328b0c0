"""Trains models by a training file, which names a trainer and its options."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ...agents import Prompt
from ...agents.errors import BadPlugin
from ...agents.frozen import Frozen
from ...agents.registry import TRAINERS, find
from ..planning.option_values import checked_options, options_of
from ..planning.protocol_spec import protocols
from ..planning.schema import Use
from ..planning.yaml_files import document, parse

OUT: Final = Path("runs")


class Training(Frozen):
    """A training file: a trainer and its options.

    >>> Training(train=Use(use="pocket")).train.use
    'pocket'
    """

    train: Use


def train(path: Path, changes: Sequence[str], out: Path | None) -> tuple[Path, list[str]]:
    """Train by a file into a directory; models that are there already are not trained again.

    Returns the directory and the names of what was made.
    """
    training = parse(Training, document(path, changes), where=path.name)
    use = training.train
    work = trainer(use.use, where=f"{path.name}: train", folder=path.parent)
    known = options_of(work)
    options = checked_options(known, use.options, kind=f"option of {use.use}", where=f"{path.name}: train.options")
    directory = out or OUT / path.stem
    return directory, list(work(directory, prompts(), **options))


def trainer(name: str, *, where: str, folder: Path) -> Any:  # noqa: ANN401 - any trainer's function
    """The function of a trainer. Raises `UnknownName`, `BadPlugin`."""
    module = find(TRAINERS, name, where=where, folder=folder)
    if not hasattr(module, "train"):
        raise BadPlugin(f"{module.__file__}: no train. A trainer has train(directory, prompts, *, ..) -> names made.")
    return module.train


def prompts() -> dict[str, type[Prompt]]:
    """The prompts of all protocols, by names such as `text/debate.Revise`, which models have to be able to read."""
    found: dict[str, type[Prompt]] = {}
    for one in protocols():
        for name, kind in vars(one.module).items():
            if isinstance(kind, type) and issubclass(kind, Prompt) and kind.__module__ == one.module.__name__:
                found[f"{one.name}.{name}"] = kind
    return found
