"""Builds the conversations of the game, writes the sets into a folder, and prints all of it as JSON.

python collabllm_ours.py FOLDER
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from collabllm_game import (
    CANDIDATES,
    FUTURES,
    GOALS,
    MESSAGES,
    SIGNAL,
    WEIGHTS,
    WINDOW,
    Assistant,
    User,
    delivered,
    heard,
    right,
)
from symposia.agents import Answer, Team, Turn
from symposia.agents.agent import Agent, handles
from symposia.agents.dialogue.prompts import Spoken
from symposia.agents.dialogue.talk import Roles
from symposia.agents.message import Request
from symposia.evaluators.multiturn.futures import Candidate, Futures
from symposia.evaluators.multiturn.metrics import Metric, Metrics
from symposia.evaluators.multiturn.rewarding import Rewarding
from symposia.evaluators.task import Item
from symposia.trainers.multiturn.building import Building
from symposia.trainers.multiturn.engine import Engine
from symposia.trainers.multiturn.files import write_sets
from symposia.trainers.multiturn.reading import read_rows
from symposia.trainers.multiturn.rows import flat, nested
from symposia.trainers.multiturn.sets import inputs, preferences, sft


class OurUser(Agent):
    """The user of the game, as an agent."""

    game: User

    @handles
    async def speak(self, request: Request) -> Spoken:
        """Its next message."""
        prompt: Any = request.prompt
        talk = [] if prompt.transcript.startswith("(") else heard(prompt.transcript)
        said = self.game.says(prompt.goal, talk)
        return Spoken(text=said, ends=SIGNAL in said)


class OurAssistant:
    """The assistant of the game, as a model."""

    def __init__(self) -> None:
        self.game = Assistant()

    async def write(self, turns: Any, sampling: Any) -> Answer:
        """Its next message."""
        return Answer(text=self.game.says([(turn.role, turn.text) for turn in turns]))


class OurJudge:
    """The judge that extracts, as a model."""

    async def write(self, turns: Any, sampling: Any) -> Answer:
        """A JSON object with the last answer."""
        said = [text for role, text in heard(turns[-1].text) if role == "assistant"]
        return Answer(text=json.dumps({"thought": "", "final_completion": delivered(said)}))


def rewarding(window: int) -> Rewarding:
    """Our rewards, by the three metrics."""
    words = {"scope": "session", "roles": "assistant", "count": "words", "per": 1}
    wanted = [Metric(use="amount", options=words), Metric(use="bleu", extract="document")]
    metrics = Metrics(wanted, judges=Team({"judge": OurJudge()}))

    async def score(item: Item, future: Any, place: str) -> dict[str, float | None]:
        said = [turn.text for turn in future.turns if turn.role == "assistant"]
        return {"task": right(item.question, said), **await metrics(item, future, place)}

    user = OurUser("user")
    user.game = User()
    team: Team[Any] = Team({"user": user, "assistant": OurAssistant()})
    return Rewarding(Futures(team, Roles(signal=SIGNAL), count=FUTURES, messages=window), score, WEIGHTS)


def built(window: int = WINDOW) -> list[Any]:
    """Our conversations; each goal meets an assistant of its own, as in the original."""
    settings = Building(candidates=CANDIDATES, messages=MESSAGES, follow="longest")
    found = []
    for number, (goal, _) in enumerate(GOALS):
        item = Item(goal, "", f"ans {goal}", meta={"level": "5"})
        found += asyncio.run(Engine(rewarding(window), settings)([item], first=number))
    return found


def rewarded(goal: str, window: int) -> dict[str, list[float | None]]:
    """Our rewards of a first response, by metric."""
    turns = (Turn("user", dict(GOALS)[goal]), Turn("assistant", "ask size please ?"))
    (one,) = asyncio.run(rewarding(window)([Candidate(Item(goal, "", f"ans {goal}"), turns, "q0")]))
    assert one.reward is not None
    return {**{name: [scores[name] for scores in one.scores] for name in WEIGHTS}, "MR": list(one.reward.futures)}


def main() -> None:
    """Write the sets, and print everything."""
    folder = Path(sys.argv[1])
    dialogues = built()
    write_sets(folder, dialogues)
    rows = list(flat(dialogues))
    found = {
        "conversations": list(nested(dialogues)),
        "rewards": {str(window): [rewarded(goal, window) for goal, _ in GOALS] for window in range(WINDOW + 1)},
        "sft": sft(rows),
        "dpo": preferences(rows),
        "inputs": inputs(rows),
        "read again": read_rows(str(folder)) == rows,
        "turns of futures of 0 messages": [len(one.steps) for one in built(window=0)],
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
