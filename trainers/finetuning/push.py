"""Uploading trained weights to the hub: first what would be uploaded, then the upload."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ...agents.errors import BadModel, CannotWrite
from .lineage import read_lineage

CARD: Final = "README.md"
WEIGHTS: Final = "*.safetensors"
NEVER: Final = (".bin", ".pt", ".pth", ".pkl", ".new")
"""Suffixes of files that are not uploaded: they can run code when they are read, or are half written."""


class Upload(NamedTuple):
    """What would be uploaded where: the files with their sizes in bytes, and what is to be known before.

    >>> print(Upload("lab/student", Path("out/adapter"), (("README.md", 1200),), (), private=True))
    to lab/student (private), from out/adapter:
      README.md  1,200 bytes
    1 files, 1,200 bytes
    """

    repository: str
    folder: Path
    files: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    private: bool

    def __str__(self) -> str:
        """The upload in words."""
        width = max(len(name) for name, _ in self.files)
        kind = "private" if self.private else "public"
        return "\n".join(
            [
                f"to {self.repository} ({kind}), from {self.folder}:",
                *(f"  {name.ljust(width)}  {size:,} bytes" for name, size in self.files),
                f"{len(self.files)} files, {sum(size for _, size in self.files):,} bytes",
                *(f"note: {note}" for note in self.notes),
            ]
        )


def planned(folder: Path, repository: str, *, private: bool = True) -> Upload:
    """What an upload of trained weights would do; of a training's directory, its adapter or model.

    Raises `BadModel` for a folder without weights or without a card.
    """
    found = next((folder / kind for kind in ("adapter", "model") if (folder / kind / CARD).is_file()), folder)
    if not any(found.glob(WEIGHTS)) or not (found / CARD).is_file():
        lacking = CARD if any(found.glob(WEIGHTS)) else WEIGHTS
        raise BadModel(f"{found}: has no {lacking}. Give the folder of trained weights with their card.")
    files = [file for file in sorted(found.iterdir()) if file.is_file() and file.suffix not in NEVER]
    shown = tuple((file.name, file.stat().st_size) for file in files if not file.name.startswith("."))
    return Upload(repository, found, shown, _notes(found), private)


def push(upload: Upload, api: Any = None) -> str:  # noqa: ANN401 - of huggingface_hub, or one like it
    """Make the repository if need be and upload the files; returns its address. Raises `CannotWrite`."""
    if api is None:
        from huggingface_hub import HfApi

        api = HfApi()
    try:
        api.create_repo(upload.repository, private=upload.private, exist_ok=True)
        names = [name for name, _ in upload.files]
        made = api.upload_folder(
            repo_id=upload.repository,
            folder_path=str(upload.folder),
            allow_patterns=names,
            commit_message=_message(upload.folder, names),
        )
    except Exception as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise CannotWrite(f"{upload.repository}: {reason}. Log in with `hf auth login`, and check the name.") from error
    return str(made)


def _message(folder: Path, names: Sequence[str]) -> str:
    lineage = read_lineage(folder)
    return f"{lineage.name}@{lineage.version} by {lineage.method}" if lineage else f"{len(names)} files"


def _notes(folder: Path) -> tuple[str, ...]:
    lineage = read_lineage(folder)
    if lineage is None or lineage.base.on_hub or not (folder / "adapter_config.json").is_file():
        return ()
    return (f"its base is a folder, {lineage.base.path}, which others do not have. Name its repository on the hub.",)
