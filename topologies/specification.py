"""Topologies as specified in scenario files."""

import re
from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from ..agents.errors import BadPlugin, BadTopology, Twice, UnknownName
from ..agents.registry import TOPOLOGIES, find, installed, is_plugin
from .graph import Arrow, Graph
from .shapes import SHAPES, Shape, layered

Specification: TypeAlias = str | Mapping[str, Any]

T = TypeVar("T")
LAYERS = list[list[str]]


def named(
    specification: Specification, names: Sequence[str], *, where: str = "topology", folder: Path | None = None
) -> Graph:
    """The graph for a specification in a scenario file, over the names of its team.

    A specification is a shape over the names in their order (`ring`), or a mapping with one of
    `shape` with its options (`{shape: tree, branching: 3}`, `{shape: layered, layers: [[a, b], [c]]}`),
    `matrix` (`[[0, 1], [1, 0]]`, rows speak and columns hear) and `arrows` (`[a -> b, b <-> c]`).
    A shape may be a file of yours, relative to `folder`, or a module: its function `shape(*names, ..) -> Graph`.
    Error messages begin with `where`. Raises `UnknownName`, `Twice`, `BadTopology` and `BadPlugin`.
    """
    if isinstance(specification, str):
        specification = {"shape": specification}
    if not isinstance(specification, Mapping) or not specification:
        raise BadTopology(f"{where}: {specification!r} says no topology. Write a shape, as ring, or {_FORMS}.")
    forms = [key for key in specification if key in READERS]
    if not forms:
        raise UnknownName("option", str(next(iter(specification))), READERS, where=where)
    if len(forms) > 1:
        raise BadTopology(f"{where}: says {' and '.join(forms)}. Write one of them.")
    rest = {str(key): value for key, value in specification.items() if key != forms[0]}
    given = specification[forms[0]]
    if forms[0] == "shape" and isinstance(given, str) and given not in SHAPES:
        return _of_others(given, rest, tuple(names), where, folder)
    return READERS[forms[0]](given, rest, tuple(names), where)


def _of_others(name: str, given: dict[str, Any], names: tuple[str, ...], where: str, folder: Path | None) -> Graph:
    """The graph that a shape of somebody else's makes. Raises `UnknownName`, `BadPlugin`, `BadTopology`."""
    if not is_plugin(name) and name not in installed(TOPOLOGIES):
        raise UnknownName("topology", name, (*SHAPES, *installed(TOPOLOGIES)), where=where)
    module = find(TOPOLOGIES, name, where=where, folder=folder)
    shape: Shape | None = getattr(module, "shape", None)
    if shape is None:
        raise BadPlugin(f"{module.__file__}: no shape. A topology has shape(*names, ..) -> Graph.")
    known = options(shape)
    _refuse_unknown(given, known, where)
    values = {key: _checked(TypeAdapter(known[key]), value, f"{where}.{key}") for key, value in given.items()}
    graph = shape(*names, **values)
    if not isinstance(graph, Graph) or set(graph.names) != set(names):
        raise BadTopology(f"{module.__file__}: shape made {graph!r}. It has to be a Graph over the names it is given.")
    return graph


def options(shape: Shape) -> dict[str, Any]:
    """The options of a shape in a scenario file, with their types."""
    if shape is layered:
        return {"layers": LAYERS}
    hints = get_type_hints(shape, include_extras=True)
    found = signature(shape).parameters.values()
    return {option.name: hints[option.name] for option in found if option.kind is Parameter.KEYWORD_ONLY}


def _shape(name: object, given: dict[str, Any], names: tuple[str, ...], where: str) -> Graph:
    shape = SHAPES.get(str(name))
    if shape is None:
        raise UnknownName("topology", str(name), SHAPES, where=where)
    known = options(shape)
    _refuse_unknown(given, known, where)
    values = {key: _checked(TypeAdapter(known[key]), value, f"{where}.{key}") for key, value in given.items()}
    if shape is not layered:
        return shape(*names, **values)
    if "layers" not in values:
        raise BadTopology(f"{where}: layered without layers. Write layers: [[first, ...], [second, ...]].")
    return _layers(values["layers"], names, f"{where}.layers")


def _layers(layers: list[list[str]], names: tuple[str, ...], where: str) -> Graph:
    placed = [name for layer in layers for name in layer]
    for name in placed:
        if name not in names:
            raise UnknownName("agent", name, names, where=where)
    if len(set(placed)) < len(placed):
        raise Twice("agent", placed, where=where)
    if missing := [name for name in names if name not in placed]:
        raise BadTopology(f"{where}: without {', '.join(missing)}. Put every agent of the team in a layer.")
    if [] in layers:
        raise BadTopology(f"{where}: layer {layers.index([]) + 1} is empty. Put an agent in it or leave it out.")
    return Graph(names, layered(*layers).arrows)


def _matrix(rows: object, given: dict[str, Any], names: tuple[str, ...], where: str) -> Graph:
    _refuse_unknown(given, ("matrix",), where)
    where = f"{where}.matrix"
    return Graph.from_matrix(names, _checked(TypeAdapter(list[list[int]]), rows, where), where=where)


def _arrows(lines: object, given: dict[str, Any], names: tuple[str, ...], where: str) -> Graph:
    _refuse_unknown(given, ("arrows",), where)
    arrows: list[Arrow] = []
    for line in _checked(TypeAdapter(list[str]), lines, f"{where}.arrows"):
        parts = re.fullmatch(r"\s*(.+?)\s*(<?->)\s*(.+?)\s*", line)
        if parts is None:
            raise BadTopology(f"{where}.arrows: {line!r} is not an arrow. Write speaker -> listener, or one <-> other.")
        speaker, arrow, listener = parts.groups()
        arrows += [(speaker, listener), (listener, speaker)] if arrow == "<->" else [(speaker, listener)]
    if len(set(arrows)) < len(arrows):
        raise Twice("arrow", [" -> ".join(arrow) for arrow in arrows], where=f"{where}.arrows")
    return Graph(names, arrows, where=f"{where}.arrows")


def _refuse_unknown(given: Mapping[str, Any], known: Sequence[str] | Mapping[str, Any], where: str) -> None:
    for key in given:
        if key not in known:
            raise UnknownName("option", key, known, where=where)


def _checked(kind: TypeAdapter[T], value: object, where: str) -> T:
    try:
        return kind.validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join([where, *map(str, first["loc"])])
        raise BadTopology(f"{path}: got {first['input']!r}. {first['msg']}.") from None


Reader: TypeAlias = Callable[[object, dict[str, Any], tuple[str, ...], str], Graph]
READERS: Mapping[str, Reader] = {"shape": _shape, "matrix": _matrix, "arrows": _arrows}
_FORMS = "one of shape:, matrix: and arrows:"
