"""The models of a team as those who write one text: what decoding methods and probes read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..message import Prompt, Sampling, Turn
from .method import stepper

if TYPE_CHECKING:
    from .joint_text import JointText
    from .participant import Participant


class Peers:
    """A team's models by name, and their personas, which come before every prompt."""

    def __init__(self, models: Mapping[str, Any], personas: Mapping[str, str]) -> None:
        self.models = models
        self.personas = personas

    @contextmanager
    def text(self, prompt: Prompt, names: Sequence[str], sampling: Sampling) -> Iterator["JointText"]:
        """A text for these models to write, the lead first. Their caches are freed at the end."""
        from .joint_text import JointText

        participants = {name: self.participant(name, prompt) for name in names}
        try:
            yield JointText(participants, sampling)
        finally:
            for participant in participants.values():
                participant.close()

    def participant(self, name: str, prompt: Prompt) -> "Participant":
        """One model's part in a text. Close it. Raises `MissingCapability` for one that shows no distributions."""
        from .participant import Participant

        return Participant(stepper(name, self.models[name]), self._system(name), prompt)

    def _system(self, name: str) -> tuple[Turn, ...]:
        persona = self.personas.get(name)
        return (Turn("system", persona),) if persona else ()
