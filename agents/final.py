"""The call whose answer a protocol returns as it is: whoever listens is told its text while it is written.

Nothing of it is in a message or in a trace, and without a listener it is a call like any other.
"""

from typing import Any

from .message import Answer, Prompt
from .team import Team


async def finish(team: Team[Any], name: str, prompt: Prompt, **sampling: object) -> Answer:
    """Ask one agent for the answer that is returned as it is; keywords override the run's sampling.

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.models.scripted import Scripted
    >>> asyncio.run(finish(Team({"amber": Scripted("four")}), "amber", Ask(text="2 + 2?"))).text
    'four'
    """
    listening = team.context.listening
    if listening is not None and listening.question == team.question:
        listening.place = team.dispatcher.place(name)
    return await team.ask(name, prompt, **sampling)
