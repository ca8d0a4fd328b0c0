"""User loop: a simulated user with a hidden goal talks to an assistant until it has what it wants.

    u_1 = LM_user(goal)
    a_j = LM_assistant(u_1 a_1 .. u_j);    u_{j+1} = LM_user(goal, u_1 a_1 .. a_j)
    until the user says `signal` (done), or has spoken `max_turns` times (budget)
    return the assistant's last answer

The loop of CollabLLM (Wu et al. 2025, https://arxiv.org/abs/2502.00640): only the user sees the goal, which
is the question of the task. A turn is a pair, user message and assistant message. A user that ends the
conversation before the assistant has spoken is a refusal.
"""

from typing import Annotated

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Turn, Writer
from ...agents.message import Conversation


class Speak(Prompt):
    """Asks the simulated user for its next message.

    >>> prompt = Speak(goal="Book a table.", transcript="(nothing yet)", signal="[[done]]")
    >>> prompt.render().splitlines()[-1]
    'Write your next message, or [[done]] once you have what you want.'
    """

    goal: str
    transcript: str
    signal: str
    template = """\
You are a person who talks to an assistant. Only you know your goal. Ask for one thing at a time.

Your goal:
{goal}

The conversation so far:
{transcript}

Write your next message, or {signal} once you have what you want."""


User = Annotated[str, Writer, Field(description="The member that plays the user.")]
Assistant = Annotated[str, Writer, Field(description="The member that talks to it.")]
MaxTurns = Annotated[int, Field(ge=1, le=10_000, description="The most messages of the user.")]
Signal = Annotated[str, Field(min_length=1, description="The text by which the user says that it has what it wants.")]


async def answer(
    team: Team[Writer],
    question: Ask,
    *,
    user: User = "user",
    assistant: Assistant = "assistant",
    max_turns: MaxTurns = 5,
    signal: Signal = "[[done]]",
) -> Answer:
    """The assistant's last message; all messages are in the trace. Stops as `budget` or `refused`."""
    user, assistant = team.named(user), team.named(assistant)
    history: list[Turn] = []
    said = Answer(text="", finish="refused")
    for _ in range(max_turns):
        spoken = await team.ask(user, Speak(goal=question.render(), transcript=transcript(history), signal=signal))
        if signal in spoken.text:
            break
        history.append(Turn(role="user", text=spoken.text))
        said = await team.ask(assistant, Conversation(history=tuple(history)))
        history.append(Turn(role="assistant", text=said.text))
    else:
        team.stop("budget")
    if not history:
        team.stop("refused")
    return said


def transcript(history: list[Turn]) -> str:
    """The conversation as text, a line a turn."""
    return "\n".join(f"{turn.role}: {turn.text}" for turn in history) or "(nothing yet)"
