"""The places of data on this machine: the folder of fetched data sets, and an unpacked or installed MoCo package."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FOLDER: Final = "SYMPOSIA_DATA"
"""The environment variable with the folder of data sets; without it they are in the user's cache."""

MOCO: Final = "SYMPOSIA_MOCO"
"""The environment variable with the folder of an unpacked `modelco` package, or of its JSON files."""


def data_folder() -> Path:
    """The folder of fetched data sets."""
    given = os.environ.get(FOLDER)
    return Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "symposia/data"


def moco_file(name: str) -> Path | None:
    """The file of a data set of MoCo: below the folder that is given, else in the installed package; None if absent."""
    given = os.environ.get(MOCO)
    folders = [Path(given)] if given else []
    with_package = find_spec("model_collaboration")
    folders += [Path(one) for one in (with_package.submodule_search_locations or ())] if with_package else []
    for folder in folders:
        for below in ("", "data", "model_collaboration/data"):
            if (file := folder / below / f"{name}.json").is_file():
                return file
    return None
