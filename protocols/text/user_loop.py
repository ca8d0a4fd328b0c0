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

from ...agents import Answer, Ask, Prompt, Team, Turn, Writer
from ...agents.continued import Concluded, history_before
from ...agents.errors import BadScenario
from ...agents.frozen import is_empty
from ...agents.message import Conversation
from ...agents.options import ProtocolOptions, takes

CONTINUES: Final = True
"""It goes on from the history of a question, if there is one."""

STANDS_IN: Final = "assistant"
"""Its baselines are other models in this place: alone they would be asked what only the user knows."""

FORMERLY: Final[dict[str, Any]] = {"form": "user"}
"""The defaults of runs that were begun by the rules before the present ones, which go on and replay by them."""


class Speak(Prompt):
    """Asks the simulated user for its next message; `wording` is a template in place of this one.

    >>> prompt = Speak(goal="Book a table.", transcript="(nothing yet)", signal="[[done]]")
    >>> prompt.render().splitlines()[-1]
    'Write your next message, or [[done]] once you have what you want.'
    """

    goal: str
    transcript: str
    signal: str
    wording: str = Field(default="", exclude_if=is_empty)
    template = """\
You are a person who talks to an assistant. Only you know your goal. Ask for one thing at a time.

Your goal:
{goal}

The conversation so far:
{transcript}

Write your next message, or {signal} once you have what you want."""

    def render(self) -> str:
        """The text of the prompt."""
        if not self.wording:
            return super().render()
        return self.wording.format(goal=self.goal, transcript=self.transcript, signal=self.signal)


class Reply(Conversation):
    """A conversation to be continued by the assistant, in an answer of this form.

    >>> Reply(history=(Turn("user", "2 + 2?"),), form="Give a number.").turns()[-1].text
    '2 + 2?\\n\\nGive a number.'
    """

    form: str

    def turns(self) -> tuple[Turn, ...]:
        """The turns so far, the form of the answer after the last."""
        *before, last = self.history
        return (*before, Turn(last.role, f"{last.text}\n\n{self.form}"))


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
    signal: str = Field("[[done]]", min_length=1, description="The text by which the user says it has what it wants.")
    form: Literal["assistant", "user", "nobody"] = Field(
        "assistant", description="Who is told the form of an answer that the task wants."
    )
    first: str = Field("", description="The user's first message, in place of one that it writes.")
    template: str = Field("", description="The user's prompt, with {goal}, {transcript} and {signal}.")

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
    history = list(history_before(question))
    said = None
    if history and history[-1].role == "user":
        said = await reply(team, question, options, history)
    for _ in range(options.max_turns):
        spoken = await next_message(team, question, options, history)
        if options.signal in spoken:
            break
        history.append(Turn("user", spoken))
        said = await reply(team, question, options, history)
    else:
        team.stop("budget")
    if said is None:
        team.stop("refused")
        return Answer(text="", finish="refused")
    return Concluded(**dict(said), conversation=tuple(history))


async def next_message(team: Team[Writer], question: Ask, options: Options, history: list[Turn]) -> str:
    """The user's next message: the first that is given, or one that it writes."""
    if options.first and all(turn.role == "system" for turn in history):
        return options.first
    goal = question.render() if options.form == "user" else question.text
    speak = Speak(goal=goal, transcript=transcript(history), signal=options.signal, wording=options.template)
    return (await team.ask(team.named(options.user), speak)).text


async def reply(team: Team[Writer], question: Ask, options: Options, history: list[Turn]) -> Answer:
    """The assistant's next message, which the history has from now on."""
    said = await team.ask(team.named(options.assistant), continued(history, question, options))
    history.append(Turn("assistant", said.text))
    return said


def continued(history: list[Turn], question: Ask, options: Options) -> Conversation:
    """The conversation that the assistant continues, with the form of the answer where it is told."""
    if options.form == "assistant" and question.form:
        return Reply(history=tuple(history), form=question.form)
    return Conversation(history=tuple(history))


def transcript(history: list[Turn]) -> str:
    """The conversation as text, a line a turn, without what only the assistant is told."""
    return "\n".join(f"{turn.role}: {turn.text}" for turn in history if turn.role != "system") or "(nothing yet)"
