"""Merges checkpoints from disk to disk, as the command line asks for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast, get_args

from ...agents.errors import BadModel, Twice, UnknownName
from ...trainers.merging.files import Vocabularies, merge_folders
from ..planning.yaml_files import changed
from .exporting import check_new


def merge(  # noqa: PLR0913 - what the command line takes
    method: str,
    models: Sequence[Path],
    out: Path,
    *,
    base: Path | None = None,
    vocabulary: str = "same",
    settings: Sequence[str] = (),
) -> None:
    """Merge folders of checkpoints into a new one, each named by its folder; `settings` are as `density=0.5`.

    Raises `BadScenario`, `BadModel`, `Twice` and `UnknownName` before anything is read, and what merging raises.
    """
    check_new(out)
    if vocabulary not in get_args(Vocabularies):
        raise UnknownName("vocabulary", vocabulary, get_args(Vocabularies), where="merge")
    for folder in (*models, *([base] if base else [])):
        if not (folder / "config.json").is_file():
            raise BadModel(f"merge: {folder} is not a checkpoint. Give a folder with config.json and safetensors.")
    names = [folder.absolute().name for folder in models]
    if len(set(names)) < len(names):
        raise Twice("model", names, where="merge")
    merge_folders(
        dict(zip(names, models, strict=True)),
        method,
        out,
        base=base,
        vocabulary=cast(Vocabularies, vocabulary),
        **changed({}, settings),
    )
