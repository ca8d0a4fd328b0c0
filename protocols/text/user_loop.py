"""User loop: a simulated user with a hidden goal talks to an assistant until it has what it wants.

    u_1 = LM_user(goal)
    a_j = LM_assistant(u_1 a_1 .. u_j, form);    u_{j+1} = LM_user(goal, u_1 a_1 .. a_j)
    until the user says `signal` (done), or has spoken `max_turns` times (budget)
    return the assistant's last answer

The loop of CollabLLM (Wu et al. 2025, https://arxiv.org/abs/2502.00640): only the user sees the goal, which is the
question of the task. What differs: a turn is a pair, user message and assistant message; what the task says of the form
of an answer follows the user's last message where the assistant reads it, and the user never reads it (`form`). A
question with a history goes on from it, with the assistant where a user spoke last. A user that ends the conversation
before the assistant has spoken is a refusal.
"""

from string import Formatter
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from ...agents import Answer, Ask, Team, Turn, Writer
from ...agents.continued import Concluded, history_before
from ...agents.dialogue.talk import SIGNAL, Roles, go_on
from ...agents.errors import BadScenario
from ...agents.options import ProtocolOptions, takes

CONTINUES: Final = True
"""It goes on from the history of a question, if there is one."""

STANDS_IN: Final = "assistant"
"""Its baselines are other models in this place: alone they would be asked what only the user knows."""

FORMERLY: Final[dict[str, Any]] = {"form": "user"}
"""The defaults of runs that were begun by the rules before the present ones, which go on and replay by them."""


class Options(ProtocolOptions):
    """Who talks to whom, for how long, and what each is told.

    >>> Options(template="You want {gaol}.").check(("user", "assistant"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    symposia.agents.errors.BadScenario: template: has no {goal}. Write {goal} and {transcript}; ...
    """

    user: Annotated[str, Writer] = Field("user", description="The member that plays the user.")
    assistant: Annotated[str, Writer] = Field("assistant", description="The member that talks to it.")
    max_turns: int = Field(5, ge=1, le=10_000, description="The most messages of the user.")
    signal: str = Field(SIGNAL, min_length=1, description="The text by which the user says it has what it wants.")
    form: Literal["assistant", "user", "nobody"] = Field(
        "assistant", description="Who is told the form of an answer that the task wants."
    )
    first: str = Field("", description="The user's first message, in place of one that it writes.")
    template: str = Field("", description="The user's prompt, with {goal}, {transcript} and {signal}.")

    def roles(self, question: Ask) -> Roles:
        """Who plays whom, and what each is told."""
        form = question.form if self.form == "assistant" else ""
        return Roles(self.user, self.assistant, self.signal, self.template, form)

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a template that cannot be filled in, or a first message that ends it all."""
        if self.signal in self.first:
            raise BadScenario(f"first: says {self.signal}, which ends the conversation. Leave it out.")
        if self.template:
            check_template(self.template)


def check_template(template: str) -> None:
    """Raise `BadScenario` unless a template of the user's prompt has the goal and the transcript, and nothing else."""
    advice = "Write {goal} and {transcript}; {signal} if you like. Other braces are doubled."
    try:
        fields = [(name, form, how) for _, name, form, how in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise BadScenario(f"template: {error}. {advice}") from None
    for name in ("goal", "transcript"):
        if (name, "", None) not in fields:
            raise BadScenario(f"template: has no {{{name}}}. {advice}")
    for field, form, how in fields:
        if field not in ("goal", "transcript", "signal") or form or how:
            raise BadScenario(f"template: has a field {field!r} that it cannot fill in. {advice}")


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The assistant's last message; all messages are in the trace. Stops as `budget` or `refused`."""
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
    if not talk.answers:
        team.stop("refused")
        return Answer(text="", finish="refused")
    return Concluded(**dict(talk.answers[-1]), conversation=talk.turns)
