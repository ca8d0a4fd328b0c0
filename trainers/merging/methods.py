"""All merging methods by name, with their default settings, which a merge may override."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from ...agents.errors import BadScenario, UnknownName
from .method import Method
from .pooling import Linear, ModelStock, Nearswap, Ram, Sce
from .spherical import MultiSlerp, Slerp
from .vectors import TaskVectors

METHODS: Final[Mapping[str, Method]] = {
    "linear": Linear(),
    "slerp": Slerp(),
    "multislerp": MultiSlerp(),
    "karcher": MultiSlerp(steps=10),
    "task_arithmetic": TaskVectors(),
    "ties": TaskVectors(keep="largest", density=0.2, vote="sum", normalize=True),
    "dare_linear": TaskVectors(keep="random", density=0.5, rescale="inverse"),
    "dare_ties": TaskVectors(keep="random", density=0.5, rescale="inverse", vote="sum"),
    "della_linear": TaskVectors(keep="ranked", density=0.5, rescale="inverse"),
    "della": TaskVectors(keep="ranked", density=0.5, rescale="inverse", vote="sum", normalize=True),
    "breadcrumbs": TaskVectors(keep="middle", density=0.9),
    "breadcrumbs_ties": TaskVectors(keep="middle", density=0.9, vote="sum"),
    "model_stock": ModelStock(),
    "sce": Sce(),
    "nearswap": Nearswap(),
    "ram": Ram(),
    "ramplus_tl": Ram(boost=0.1),
}


def checked(name: str, options: Mapping[str, Any]) -> Method:
    """The named method with these options. Raises `UnknownName`, `BadScenario`."""
    if name not in METHODS:
        raise UnknownName("merging method", name, METHODS, where="merge")
    method = METHODS[name]
    for option in options:
        if option not in type(method).model_fields:
            raise UnknownName("option", option, type(method).model_fields, where=f"merge: {name}")
    try:
        return type(method).model_validate({**dict(method), **options})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadScenario(f"merge: {name}.{first['loc'][0]}: got {first['input']!r}. {first['msg']}.") from None
