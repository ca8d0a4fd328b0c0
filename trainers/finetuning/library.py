"""TRL, which is an optional extra."""

import warnings
from importlib.util import find_spec
from types import ModuleType

from ...agents.errors import BadPlugin


def trl(where: str) -> ModuleType:
    """The library, imported. Raises `BadPlugin` where it is not installed."""
    if find_spec("trl") is None:
        raise BadPlugin(f"{where}: trl is not installed. pip install 'symposia[train]'.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trl as library
    module: ModuleType = library
    return module
