"""The options of text/user_loop."""

from string import Formatter
from typing import Annotated, Literal

from pydantic import Field

from ....agents import Ask, Writer
from ....agents.dialogue.manner import Manner
from ....agents.dialogue.talk import SIGNAL, Roles
from ....agents.errors import BadScenario
from ....agents.options import ProtocolOptions


class Options(ProtocolOptions):
    """The two sides, the limits of their conversation, and the texts that each is told.

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
    style: str = Field("", description="How the user talks, as: in few words, and vaguely at first.")
    knowledge: str = Field("", description="What the user knows and does not know of the matter.")
    patience: int | None = Field(None, ge=1, description="The messages after which the user gives up; never if null.")

    def roles(self, question: Ask) -> Roles:
        """The roles of the members, for this question."""
        form = question.form if self.form == "assistant" else ""
        manner = Manner(style=self.style, knowledge=self.knowledge, patience=self.patience)
        return Roles(self.user, self.assistant, self.signal, self.template, form, manner)

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
