"""Rows of candidates in the columns that verl's CollabLLM recipe reads, for reinforcement and for imitation.

rl    prompt, raw_prompt, ground_truth, extra_info, reward_model, data_source, agent_name, index: a row a prompt
sft   prompt: a dialogue a conversation, the best candidate of its last turn at its end

`extra_info` has the prompt, whose length says where the future begins, what the simulated user is told, and the goal's
reference and metadata. The recipe keeps all other columns in it as well, with the futures of one candidate: they are
left out. `index` is a hash of the prompt, where the recipe draws another each time.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from ..rows import Row
from ..sets import sft, told
from .settings import VerlSettings

NAME = "collabllm"
AGENT = "collabllm_agent"


def rl_rows(rows: Sequence[Row], settings: VerlSettings) -> Iterator[dict[str, Any]]:
    """A row for each prompt that is unlike those before it."""
    seen: set[str] = set()
    bare = all(not row.get("single_turn_metadata") for row in rows)
    for row in rows:
        prompt = [*told(settings.system or None), *map(dict, row["prompt"])]
        written = json.dumps([prompt, row.get("single_turn_prompt")], sort_keys=True, ensure_ascii=False)
        if written not in seen:
            seen.add(written)
            yield rl_row(row, prompt, settings, index=str(uuid5(NAMESPACE_OID, written)), bare=bare)


def rl_row(row: Row, prompt: list[dict[str, str]], settings: VerlSettings, *, index: str, bare: bool) -> dict[str, Any]:
    """One prompt with its goal and reference; `bare` where no row has metadata, of which Parquet makes no column."""
    reference = str(row.get("ground_truth") or row.get("single_turn_completion") or row["completion"])
    goal = {"name": NAME, "single_turn_prompt": row["single_turn_prompt"], "task_desc": settings.task}
    extra = {
        "prompt": prompt,
        "interaction_kwargs": goal,
        "single_turn_completion": reference,
        "conv_id": row["conv_id"],
        "turn_id": row["turn_id"],
    }
    return {
        "prompt": prompt,
        "raw_prompt": prompt,
        "ground_truth": reference,
        "extra_info": extra if bare else {**extra, "single_turn_metadata": row.get("single_turn_metadata") or {}},
        "reward_model": {"style": "rule", "ground_truth": reference},
        "data_source": NAME,
        "agent_name": AGENT,
        "index": index,
    }


def sft_rows(rows: Sequence[Row], settings: VerlSettings) -> list[dict[str, Any]]:
    """A dialogue for each conversation, in the column `prompt`."""
    return [{"prompt": one["messages"]} for one in sft(rows, settings.system or None)]
