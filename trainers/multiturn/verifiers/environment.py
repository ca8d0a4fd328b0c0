"""Writes an environment of verifiers: one file with the goals, a simulated user, and a reward for the outcome.

The file is for verifiers 0.3.1 and later (`verifiers.v1`), where an environment is a taskset with an environment class;
the older `load_environment()` of each package is gone there. https://github.com/PrimeIntellect-ai/verifiers
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from ....agents.dialogue.prompts import Speak
from ....agents.durable import replace
from ....agents.errors import BadData
from ..rows import Row

HERE: Final = Path(__file__).parent
MODULE: Final = "symposia_goals"
MESSAGES: Final = 8
"""The user's messages at most."""

Outcome = Literal["exact", "judge"]
"""Says whether a conversation came to the reference: an exact comparison, or a judge that verifiers asks."""

PERSONA: Final = (
    Speak.template.partition("The conversation so far:")[0].replace("{goal}", "{scenario}")
    + "Write one message at a time, and reply with exactly {done} once you have what you want, or see that you never "
    "will."
)
"""What the simulated user is told, with the words that verifiers puts a goal and its signal in place of."""


def write_environment(
    directory: Path, rows: Sequence[Row], *, outcome: Outcome = "exact", system: str = ""
) -> dict[str, int]:
    """Write the environment from flat rows; returns the number of goals. Raises `BadData` for a goal without reference.

    `system` is the assistant's system turn. Each goal is there once.
    """
    found: dict[str, str] = {}
    for row in rows:
        goal, reference = row.get("single_turn_prompt"), row.get("single_turn_completion")
        if not goal or not reference:
            raise BadData(
                "verifiers: a row without single_turn_prompt or single_turn_completion. The user wants the one, and "
                "the other is what the outcome is compared with."
            )
        found.setdefault(str(goal), str(reference))
    goals = "\n".join(f"    {{'goal': {goal!r}, 'answer': {answer!r}}}," for goal, answer in found.items())
    judges = 'vf.ReferenceJudgeConfig(question_field="goal", view="full_trace")' if outcome == "judge" else ""
    values = {
        "goals": goals,
        "persona": repr(PERSONA),
        "system": repr(system or None),
        "judges": judges,
        "exact": str(float(outcome == "exact")),
        "messages": str(MESSAGES),
        "module": MODULE,
    }
    for name, template in ((f"{MODULE}.py", "symposia_goals.py.txt"), ("pyproject.toml", "pyproject.toml.txt")):
        text = (HERE / template).read_text(encoding="utf-8")
        for slot, value in values.items():
            text = text.replace(f"@@{slot}@@", value)
        replace(directory / name, text.encode())
    return {"goals": len(found)}
