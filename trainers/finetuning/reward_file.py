"""Rewards in a Python file of the user's."""

from collections.abc import Mapping, Sequence
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

from ...agents.errors import BadPlugin
from ...agents.message import Prompt
from ...agents.registry import plugin
from .rollouts import Reward, Rollout


def reward_of(file: Path, data: Sequence[tuple[Prompt, Mapping[str, Any]]]) -> Reward:
    """The reward function of a file, given the rows of the answers' prompts. Raises `BadPlugin`."""
    module = plugin(str(file.resolve()), where="reward")
    score = getattr(module, "reward", None)
    if not iscoroutinefunction(score):
        raise BadPlugin(f"{file}: no reward. Define async def reward(rollouts, rows), a number or None for each.")
    rows = {id(prompt): row for prompt, row in data}

    async def reward(rollouts: Sequence[Rollout]) -> Sequence[float | None]:
        found: Sequence[float | None] = await score(rollouts, [rows[id(one.prompt)] for one in rollouts])
        return found

    return reward
