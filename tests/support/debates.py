"""A debate of scripted models, and its replay."""

from pathlib import Path

from symposia.agents import Answer, Ask, Team
from symposia.agents.context import Context
from symposia.agents.models.absent import Absent
from symposia.agents.models.scripted import Scripted
from symposia.agents.replay import Memory
from symposia.agents.trace import Trace
from symposia.agents.trace_reader import read
from symposia.protocols.text import debate
from symposia.topologies import complete

QUESTION = Ask(text="2 + 2?")


def cast() -> dict[str, Scripted]:
    return {"amber": Scripted("4", "4"), "blue": Scripted("5", "4")}


async def debated(path: Path) -> Path:
    trace = Trace(path, run="debate")
    await debate.answer(Team(cast(), complete, Context(trace=trace)), QUESTION, rounds=1)
    trace.close()
    return path


async def replayed(path: Path, rounds: int = 1) -> Answer:
    memory = Memory(read(path)[1], "replay")
    team = Team({name: Absent(name) for name in cast()}, complete, Context(memory=memory))
    said = await debate.answer(team, QUESTION, rounds=rounds)
    memory.check_used()
    return said
