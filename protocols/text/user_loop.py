"""User loop: a simulated user with a hidden goal talks to an assistant until it has what it wants.

    u_1 = LM_user(goal)
    a_j = LM_assistant(u_1 a_1 .. u_j, form);    u_{j+1} = LM_user(goal, u_1 a_1 .. a_j)
    until the user says `signal` (done), has lost its patience (gave_up), or has spoken `max_turns` times (budget)
    return the assistant's last answer

The loop of CollabLLM (Wu et al. 2025, https://arxiv.org/abs/2502.00640): only the user sees the goal, which is the
question of the task. What differs: a turn is a pair, user message and assistant message; what the task says of the form
of an answer follows the user's last message where the assistant reads it, and the user never reads it (`form`). A
question with a history goes on from it, with the assistant where a user spoke last. A user that ends the conversation
before the assistant has spoken is a refusal.
"""

from typing import Any, Final

from ...agents import Answer, Ask, Team, Turn, Writer
from ...agents.continued import Concluded, history_before
from ...agents.dialogue.talk import go_on
from ...agents.options import takes
from .options.user_loop import Options

CONTINUES: Final = True
"""It goes on from the history of a question, if there is one."""

STANDS_IN: Final = "assistant"
"""Its baselines are other models in this place: alone they would be asked what only the user knows."""

FORMERLY: Final[dict[str, Any]] = {"form": "user"}
"""The defaults of runs that were begun by the rules before the present ones, which go on and replay by them."""


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The assistant's last message; all messages are in the trace. Stops as `budget`, `gave_up` or `refused`."""
    turns = history_before(question)
    messages = 2 * options.max_turns
    if turns and turns[-1].role == "user":
        messages += 1
    elif options.first and all(turn.role == "system" for turn in turns):
        turns, messages = (*turns, Turn("user", options.first)), messages - 1
    goal = question.render() if options.form == "user" else question.text
    talk = await go_on(team, options.roles(question), goal, turns, messages=messages)
    if not talk.over:
        team.stop("budget")
    elif talk.gave_up:
        team.stop("gave_up")
    if not talk.answers:
        team.stop("refused")
        return Answer(text="", finish="refused")
    return Concluded(**dict(talk.answers[-1]), conversation=talk.turns)
