"""Finds what scenarios name (protocols, tasks, ..) in this package, in installed ones and in files of yours.

One registry for all kinds. Our own things are found by their file: `text/debate` is `protocols/text/debate.py`. Others
are found by an entry point that an installed package declares (group `symposia.protocols`, ..), by the dotted name of
a module (`my_lab.judge_pick`), or by a file's path, relative to the scenario (`./judge_pick.py`).
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, packages_distributions
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Final, NamedTuple

from .code_parts import PARTS, digest, forget, parts
from .errors import BadPlugin, SymposiaError, Twice, UnknownName

PACKAGE: Final = __name__.partition(".")[0]
DOTTED: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
FILES: Final = f"{PACKAGE}_files"
"""The package of modules that are loaded from files of yours."""


class Kind(NamedTuple):
    """A kind of plug-in: its word for users, and the package of ours that holds one a file (None if there is none).

    >>> PROTOCOLS.group
    'symposia.protocols'
    """

    word: str
    package: str | None = None

    @property
    def group(self) -> str:
        """The group of entry points by which installed packages register more of it."""
        return f"{PACKAGE}.{self.word}s"


PROTOCOLS: Final = Kind("protocol", "protocols")
TASKS: Final = Kind("task", "evaluators.tasks")
GRADERS: Final = Kind("grader", "evaluators.graders")
METRICS: Final = Kind("metric", "evaluators.metrics")
TOPOLOGIES: Final = Kind("topology")
MODELS: Final = Kind("model")
TRAINERS: Final = Kind("trainer", "trainers.programs")


class Origin(NamedTuple):
    """The origin of something named: its name, the file of its code with its parts, and whether it is a plug-in.

    >>> origin(PROTOCOLS, "text/debate").plugin
    False
    """

    name: str
    file: str
    plugin: bool

    @property
    def hash(self) -> str:
        """16 hexadecimal digits of the SHA-256 of the file and its parts."""
        return digest(Path(self.file)).hex()[:16]


def names(kind: Kind) -> list[str]:
    """The names of our own things and of those of installed packages. Imports none of them. Raises `Twice`."""
    return sorted([*own(kind), *installed(kind)])


def own(kind: Kind) -> list[str]:
    """The modules below the package of a kind, as `sub/module`, without parts of them. Imports packages alone."""
    if kind.package is None:
        return []
    package = f"{PACKAGE}.{kind.package}"
    found = walk_packages(import_module(package).__path__, prefix=f"{package}.")
    below = (m.name.removeprefix(f"{package}.").split(".") for m in found if not m.ispkg)
    return sorted("/".join(name) for name in below if not {*name[:-1]} & {*PARTS})


def installed(kind: Kind) -> dict[str, EntryPoint]:
    """The entry points of installed packages, by name. Raises `Twice` for a name that is registered twice."""
    found: dict[str, EntryPoint] = {}
    taken = set(own(kind))
    for entry in entry_points(group=kind.group):
        if entry.name in taken or entry.name in found:
            others = [package(found[entry.name])] if entry.name in found else [PACKAGE]
            raise Twice(kind.word, (entry.name, entry.name), where=" and ".join([*others, package(entry)]))
        found[entry.name] = entry
    return found


def package(entry: EntryPoint) -> str:
    """The distribution of an entry point."""
    return entry.dist.name if entry.dist else entry.value


def offered_by(module: ModuleType) -> str:
    """The origin of a module, for errors: this package, an installed distribution by name, or a file."""
    if module.__name__.startswith(f"{PACKAGE}."):
        return PACKAGE
    top = module.__name__.partition(".")[0]
    return next(iter(packages_distributions().get(top, [])), str(module.__file__))


def is_plugin(name: str) -> bool:
    """True if a name is the file or the dotted name of a module, and not a registered name."""
    return name.endswith(".py") or DOTTED.fullmatch(name) is not None


def find(kind: Kind, name: str, *, where: str | None = None, folder: Path | None = None) -> ModuleType:
    """The module of this kind and name, imported, and no other; files are relative to `folder`.

    Raises `UnknownName`, and `BadPlugin`, which names the file, for code of others that cannot be imported.
    """
    if is_plugin(name):
        return plugin(name, where=where, folder=folder)
    if name in own(kind):
        return import_module(f"{PACKAGE}.{kind.package}.{name.replace('/', '.')}")
    others = installed(kind)
    if name not in others:
        raise UnknownName(kind.word, name, names(kind), where=where)
    with explained(where, f"{name} of {package(others[name])}"):
        found = others[name].load()
    if not isinstance(found, ModuleType):
        raise BadPlugin(
            f"{name} of {package(others[name])}: its entry point is not a module. Name a module, as pkg.file."
        )
    return found


def origin(kind: Kind, name: str, *, folder: Path | None = None) -> Origin:
    """The origin of what has this kind and name."""
    module = find(kind, name, folder=folder)
    return Origin(name, str(module.__file__), not str(module.__name__).startswith(f"{PACKAGE}."))


def plugin(name: str, *, where: str | None = None, folder: Path | None = None) -> ModuleType:
    """The module in a file of yours, or the one of a dotted name. A file that was changed is read again."""
    if not name.endswith(".py"):
        with explained(where, name), on_path(folder):
            return import_module(name)
    path = ((folder or Path()) / Path(name).expanduser()).resolve()
    if not path.is_file():
        raise BadPlugin(f"{where or name}: there is no file {path}. Paths are relative to the scenario file.")
    content = digest(path)
    called = f"{FILES}.{sha256(str(path).encode()).hexdigest()[:8]}.{path.stem}"
    known = sys.modules.get(called)
    if known is not None and known.__dict__.get("__content__") == content:
        return known
    spec = spec_from_file_location(called, path)
    if spec is None or spec.loader is None:
        raise BadPlugin(f"{where or name}: {path} cannot be read as Python. Give it the suffix .py.")
    module = module_from_spec(spec)
    module.__dict__["__content__"] = content
    forget(parts(path))
    sys.modules[called] = module
    try:
        with explained(where, str(path)), on_path(path.parent):
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[called]
        raise
    return module


@contextmanager
def explained(where: str | None, what: str) -> Iterator[None]:
    """A context that turns any error of importing a plug-in into a `BadPlugin` with file and line."""
    place = f"{where}: " if where else ""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BadPlugin(f"{place}{what}: there is no module {error.name!r}. Install it, or check the name.") from error
    except SymposiaError as error:
        raise BadPlugin(f"{place}{what}: {error}") from error
    except Exception as error:  # whatever it is, it says what is wrong with the file
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        raise BadPlugin(f"{place}{what}{line}: {type(error).__name__}: {said}. Correct the file.") from error


@contextmanager
def on_path(folder: Path | None) -> Iterator[None]:
    """A context in which modules beside a scenario, or in the working directory, can be imported."""
    extra = [str(one) for one in (folder, Path.cwd()) if one is not None]
    sys.path[:0] = extra
    try:
        yield
    finally:
        for one in extra:
            sys.path.remove(one)
