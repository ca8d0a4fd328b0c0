"""What the training programs share: paths of a training file, the policy it names, the parts of its data, its plan."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ...agents.errors import BadModel, Stopped
from .settings import Lora, TrainingSettings

if TYPE_CHECKING:
    from ...agents.models.hf.model import Model
    from .data import Rows
    from .policy import Policy
    from .trained import Trained

R = TypeVar("R")


def base_model(url: str) -> "Model":
    """The model that is trained. Raises `BadModel` for one that is not in this process, and what `load` raises."""
    from ...agents.loading import load
    from ...agents.models.hf.model import Model

    model = load(url)
    if not isinstance(model, Model):
        raise BadModel(f"{url}: cannot be trained here. Name a model of pocket:, hf: or smol: on one device.")
    if model.adapter is not None:
        raise BadModel(f"{url}: names an adapter. Name its base as model, and the adapter's folder as adapter.")
    return model


def policy_of(base: "Model", called: str, lora: Lora | None, adapter: Path | None, seed: int) -> "Policy":
    """The policy of a training file: a new adapter, one that is trained on, or all weights."""
    from .policy import Policy

    return Policy(base, called=called, lora=None if adapter else lora, adapter=adapter, seed=seed)


def parts(
    read: "Callable[[Path], Rows[R]]", data: Path, dev: Path | float | None, seed: int
) -> tuple[Sequence[R], Sequence[R], tuple[str, ...]]:
    """The rows for training and for dev, a file of its own or a share of the data; and what was left out, in words."""
    from .data import split

    found = read(data)
    measured = read(dev) if isinstance(dev, Path) else None
    long = found.long + (measured.long if measured else 0)
    said = (f"{long:,} rows do not fit in the model's context and were left out.",) if long else ()
    if measured is not None:
        return found.rows, measured.rows, said
    train, held_out = split(found.rows, dev or 0.0, seed) if isinstance(dev, float) else (list(found.rows), [])
    return train, held_out, said


def made(work: "Coroutine[Any, Any, Trained]", said: Sequence[str] = ()) -> list[str]:
    """Run a training to its end and tell its notes; returns the name of what was made. Raises `Stopped` on Ctrl-C."""
    try:
        trained = asyncio.run(work)
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise Stopped("stopped: the last checkpoint is kept. Run the same command again to go on from it.") from None
    for note in (*said, *trained.notes):
        tell(f"note: {note}")
    best = f" (dev {trained.best[1]:.4g} after step {trained.best[0]})" if trained.best else ""
    return [f"{trained.policy} in {trained.folder}{best}"]


def tell(line: str) -> None:
    """Write a line of progress to standard error, unless SYMPOSIA_QUIET is set."""
    if not os.environ.get("SYMPOSIA_QUIET"):
        sys.stderr.write(line + "\n")


def steps_of(settings: TrainingSettings, rows: int, *, whole: bool = False) -> int:
    """The number of steps of a training with as many rows; with `whole`, a step that is not full is left out.

    >>> steps_of(TrainingSettings(batch=16, epochs=3), rows=40)
    9
    """
    if settings.steps is not None:
        return settings.steps
    each = floor(rows / settings.batch) if whole else ceil(rows / settings.batch)
    return ceil(settings.epochs * each)


def planned(options: Any, **counted: int | str) -> dict[str, Any]:  # noqa: ANN401 - those of a program, by name
    """What a training would do, as facts by name. Loads no weights. Raises what `loading.check` raises."""
    from ...agents.loading import check

    check(options.model)
    settings, lora = options.settings, options.lora
    new = "all weights" if lora is None else f"a new adapter of rank {lora.rank}"
    return {
        "model": options.model,
        "trains": f"the adapter {options.adapter}" if options.adapter else new,
        **counted,
        "batch": settings.batch,
        "rate": settings.rate,
        "seed": settings.seed,
        "checkpoint every": settings.save_every,
    }


def on_dev(options: Any, share: int) -> int | str:  # noqa: ANN401 - those of a program, by name
    """What is measured on: a number of the rows, or a file."""
    return share if isinstance(options.dev, float) else str(options.dev or "none")


def held_out(options: Any, rows: int) -> int:  # noqa: ANN401 - those of a program, by name
    """The number of rows that are held out for dev."""
    return round(options.dev * rows) if isinstance(options.dev, float) else 0
