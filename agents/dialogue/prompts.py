"""The two sides' prompts: the user's has the goal, the assistant's has nothing but the conversation."""

from pydantic import Field

from ..frozen import is_empty
from ..message import Answer, Conversation, Prompt
from ..turn import Turn


class Speak(Prompt, tag="user_loop.speak/1"):
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


class Spoken(Answer, tag="spoken/1"):
    """A simulated user's message, and whether it ends the conversation: what a user agent of your own replies.

    A model says so by the signal in its text, which is read where its answer arrives and nowhere else.

    >>> Spoken(text="", ends=True).ends
    True
    """

    ends: bool


class Reply(Conversation, tag="user_loop.reply/1"):
    """A conversation to be continued by the assistant, in an answer of this form.

    >>> Reply(history=(Turn("user", "2 + 2?"),), form="Give a number.").turns()[-1].text
    '2 + 2?\\n\\nGive a number.'
    """

    form: str

    def turns(self) -> tuple[Turn, ...]:
        """The turns so far, the form of the answer after the last."""
        *before, last = self.history
        return (*before, Turn(last.role, f"{last.text}\n\n{self.form}"))
