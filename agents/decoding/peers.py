"""The models of a team and what they are told, as decoding methods and probes use them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..message import Prompt, Sampling
from ..turn import Turn
from .method import stepper

if TYPE_CHECKING:
    from .joint_text import JointText
    from .participant import Participant


class Peers:
    """A team's models by name, their personas, system turns before every prompt, and those that are shown no images.

    >>> import asyncio
    >>> from symposia.agents import Ask
    >>> from symposia.agents.loading import load
    >>> peers = Peers({"base": load("pocket:base")}, {})
    >>> with peers.text(Ask(text="12 + 7 = ?"), ("base",), Sampling()) as text:
    ...     asyncio.run(text.next("base")).shape == (text.participants["base"].model.vocabulary.size,)
    True
    """

    def __init__(
        self, models: Mapping[str, Any], personas: Mapping[str, str], blind: frozenset[str] = frozenset()
    ) -> None:
        self.models = models
        self.personas = personas
        self.blind = blind

    @contextmanager
    def text(self, prompt: Prompt, names: Sequence[str], sampling: Sampling) -> Iterator["JointText"]:
        """A context manager: a joint text of these models, the lead first. Their KV caches are freed at its end."""
        from .joint_text import JointText

        participants = {name: self.participant(name, prompt) for name in names}
        try:
            yield JointText(participants, sampling)
        finally:
            for participant in participants.values():
                participant.close()

    def participant(self, name: str, prompt: Prompt) -> "Participant":
        """A new participant for one model; close it. Raises `MissingCapability` for one that shows no distributions."""
        from .participant import Participant

        model = stepper(name, self.models[name])
        return Participant(model, self._system(name), prompt, blind=name in self.blind)

    def _system(self, name: str) -> tuple[Turn, ...]:
        persona = self.personas.get(name)
        return (Turn("system", persona),) if persona else ()
