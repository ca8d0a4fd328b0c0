"""Trains models by a training file, which names a trainer and its options."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from pydantic import BaseModel

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
    module, options = wanted(path, changes)
    given = {name: getattr(options, name) for name in options.model_fields_set}
    directory = out or OUT / path.stem
    return directory, list(module.train(directory, prompts(), **given))


def plan(path: Path, changes: Sequence[str], out: Path | None = None) -> dict[str, Any]:
    """What a training file would do, as facts by name, as far as its trainer says. Loads no weights."""
    module, options = wanted(path, changes)
    facts: Mapping[str, Any] = module.plan(options) if hasattr(module, "plan") else dict(options)
    return {"trainer": module.__name__.rpartition(".")[2], **facts, "directory": str(out or OUT / path.stem)}


def is_training(path: Path) -> bool:
    """True if a file is a training file."""
    return path.is_file() and "train" in document(path, ())


def wanted(path: Path, changes: Sequence[str]) -> tuple[Any, BaseModel]:
    """The trainer's module that a file names, and its checked options; paths are made relative to the file's folder."""
    use = parse(Training, document(path, changes), where=path.name).train
    module = trainer(use.use, where=f"{path.name}: train", folder=path.parent)
    known, where = options_of(module.train), f"{path.name}: train.options"
    checked = checked_options(known, use.options, kind=f"option of {use.use}", where=where)
    found = {name: path.parent / value if isinstance(value, Path) else value for name, value in checked.items()}
    return module, known.model_construct(_fields_set=set(found), **{**defaults(known), **found})


def defaults(known: type[BaseModel]) -> dict[str, Any]:
    """The defaults of options."""
    return {name: field.default for name, field in known.model_fields.items() if not field.is_required()}


def trainer(name: str, *, where: str, folder: Path) -> Any:  # noqa: ANN401 - a trainer's module
    """The module of a trainer. Raises `UnknownName`, `BadPlugin`."""
    module = find(TRAINERS, name, where=where, folder=folder)
    if not hasattr(module, "train"):
        raise BadPlugin(f"{module.__file__}: no train. A trainer has train(directory, prompts, *, ..) -> names made.")
    return module


def prompts() -> dict[str, type[Prompt]]:
    """The prompts of all protocols, by names such as `text/debate.Revise`, which models have to be able to read."""
    return {
        f"{one.name}.{name}": kind
        for one in protocols()
        for module in (one.module, *said_by(one.module))
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, Prompt) and kind.__module__ == module.__name__
    }


def said_by(module: ModuleType) -> Iterator[ModuleType]:
    """The module of a protocol's messages, if it has one."""
    folder, _, name = module.__name__.rpartition(".")
    if find_spec(f"{folder}.messages") is not None and find_spec(f"{folder}.messages.{name}") is not None:
        yield import_module(f"{folder}.messages.{name}")
