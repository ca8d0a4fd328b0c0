"""Trains models as a training file says. The file names a trainer; the trainer says what it can be told."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Final, get_type_hints

import typer

from ...agents import Prompt
from ...agents.errors import UnknownName
from ...agents.frozen import Frozen
from ..planning.protocol_spec import PROTOCOLS, protocols, typed
from ..planning.schema import Use
from ..planning.yaml_files import document, parse

TRAINERS: Final[Mapping[str, str]] = {"pocket": "symposia.trainers.pocket.train"}
OUT: Final = Path("runs")


class Training(Frozen):
    """A training file: which trainer, told what."""

    train: Use


def train(path: Path, changes: Sequence[str], out: Path | None) -> None:
    """Train as the file says, into a directory; what is there already is not trained again."""
    training = parse(Training, document(path, changes), where=path.name)
    if training.train.use not in TRAINERS:
        raise UnknownName("trainer", training.train.use, TRAINERS, where=f"{path.name}: train")
    work = import_module(TRAINERS[training.train.use]).train
    options = typed(
        training.train.options,
        options_of(work),
        kind=f"option of {training.train.use}",
        where=f"{path.name}: train.options",
    )
    directory = out or OUT / path.stem
    made = work(directory, prompts(), **options)
    typer.echo(f"{directory}: made {', '.join(made) or 'nothing, all was there'}.")


def options_of(work: Any) -> dict[str, Any]:  # noqa: ANN401 - any trainer's function
    """The keyword-only parameters of a trainer, with their types."""
    hints = get_type_hints(work)
    kinds = signature(work).parameters.values()
    return {option.name: hints[option.name] for option in kinds if option.kind is Parameter.KEYWORD_ONLY}


def prompts() -> dict[str, type[Prompt]]:
    """Every prompt of every protocol, as `text/debate.Revise`: what models have to be able to read."""
    found: dict[str, type[Prompt]] = {}
    for one in protocols():
        module = import_module(f"{PROTOCOLS}.{one.name.replace('/', '.')}")
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, Prompt) and kind.__module__ == module.__name__:
                found[f"{one.name}.{name}"] = kind
    return found
