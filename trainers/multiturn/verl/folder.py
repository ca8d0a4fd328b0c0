"""The folder that an export to verl writes.

{rl,sft}_{train,validation}.parquet          what process_dataset.py of the recipe writes
config/agent.yaml                            the recipe's agent loop, by the name that rows have
config/collabllm_interaction_config.yaml     the simulated user and its model
symposia_interaction.py, reward_function.py  that user, and the reward, each loaded by verl
train_rl.sh, train_sft.sh                    the recipe's runs, with metric weights
REQUIRED_VERL.txt, README.md                 the commit of verl that this is for, and what differs from the recipe
"""

import json
import pprint
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any, Final

from ....agents.dialogue.prompts import Speak
from ....agents.durable import replace
from ....agents.errors import BadData
from ....evaluators.graders.accuracy import Accuracy
from ....evaluators.graders.interactivity import Interactivity
from ....evaluators.judging.talk import Extract
from ..files import table_bytes
from ..rows import Row
from ..sets import split
from .columns import rl_rows, sft_rows
from .settings import VerlSettings

HERE: Final = Path(__file__).parent
FILES: Final = {
    "config/agent.yaml": "agent.yaml.txt",
    "config/collabllm_interaction_config.yaml": "interaction.yaml.txt",
    "symposia_interaction.py": "symposia_interaction.py.txt",
    "reward_function.py": "reward_function.py.txt",
    "train_rl.sh": "train_rl.sh.txt",
    "train_sft.sh": "train_sft.sh.txt",
    "REQUIRED_VERL.txt": "REQUIRED_VERL.txt",
    "README.md": "README.md.txt",
}
"""The files beside the data, by name, with the templates that they are made of."""

GOAL: Final = "single_turn_prompt"


def write_verl(directory: Path, rows: Sequence[Row], settings: VerlSettings) -> dict[str, int]:
    """Write the folder from flat rows; returns the number of rows by file. Raises `BadData` for rows without goals."""
    if any(not row.get(GOAL) for row in rows):
        raise BadData(f"verl: a row without {GOAL}, of which the simulated user knows what it wants. Give it one.")
    train, validation = split(rows, settings.evaluated, settings.seed, by=GOAL)
    written = {}
    for name, part in (("train", train), ("validation", validation)):
        for kind, found in (("rl", list(rl_rows(part, settings))), ("sft", sft_rows(part, settings))):
            if found:
                replace(directory / f"{kind}_{name}.parquet", table_bytes(found))
                written[f"{kind}_{name}"] = len(found)
    for name, template in FILES.items():
        text = (HERE / template).read_text(encoding="utf-8")
        replace(directory / name, filled(text, slots(settings)).encode())
    return written


def slots(settings: VerlSettings) -> dict[str, str]:
    """What stands for each `@@name@@` in the templates."""
    prompts = {
        "accuracy": Accuracy.template,
        "interactivity": Interactivity.template,
        "extract": Extract.template,
    }
    weights = " \\\n".join(
        f"    +reward_model.reward_kwargs.metric_weights.{name}={weight!r}" for name, weight in settings.weights.items()
    )
    return {
        "prompts": literal(prompts),
        "user_prompt": literal(Speak.template),
        "weights": weights,
        "window": str(settings.window),
        "user_turns": str(settings.window + 1),
        "assistant_turns": str(settings.window + 2),
        "futures": str(settings.futures),
        "model": quote(settings.model),
        "user_model": json.dumps(settings.user_model),
        "judge_model": quote(settings.judge_model),
    }


def filled(text: str, values: dict[str, str]) -> str:
    """A template with each `@@name@@` replaced.

    >>> filled("n=@@futures@@", {"futures": "3"})
    'n=3'
    """
    for name, value in values.items():
        text = text.replace(f"@@{name}@@", value)
    return text


def literal(value: Any) -> str:  # noqa: ANN401 - texts, and mappings of them
    """A value as Python source in lines of at most 100 characters."""
    return pprint.pformat(value, width=100, sort_dicts=False)
