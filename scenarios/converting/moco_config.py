"""MoCo's configuration files: one JSON object with six keys.

MoCo itself checks nothing in them; here a missing or a mistyped one of the six is an error. What is below
`hyperparameters` depends on the method, see `moco_methods.py`.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from ...agents.errors import BadData
from ...agents.frozen import Frozen


class MocoConfig(Frozen):
    """A configuration of MoCo's.

    >>> told = {"method": "text_moa", "task": "gsm8k", "task_type": "exact_match", "gpu_ids": [0]}
    >>> MocoConfig.model_validate({**told, "model_names": ["a/b"], "hyperparameters": {}}).task
    'gsm8k'
    """

    method: str
    task: str
    task_type: str
    gpu_ids: tuple[int, ...]
    model_names: tuple[str, ...] = Field(min_length=1)
    hyperparameters: dict[str, Any]


def is_config(data: object) -> bool:
    """True if JSON-able data looks like a configuration of MoCo's."""
    return isinstance(data, dict) and {"method", "model_names"} <= set(data)


def read_config(path: Path) -> MocoConfig | None:
    """The configuration in a file; None if it holds something else. Raises `BadData`, for a key that is wrong, too."""
    try:
        data = json.loads(path.read_text())
    except (OSError, UnicodeDecodeError, ValueError):
        return None
    if not is_config(data):
        return None
    try:
        return MocoConfig.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        known = ", ".join(MocoConfig.model_fields)
        raise BadData(
            f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}. A configuration of MoCo has {known}."
        ) from None
