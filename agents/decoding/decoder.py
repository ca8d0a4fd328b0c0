"""The agent that has several members write one text, and how a protocol asks for one.

A team has a decoder only once something is decoded.
"""

from typing import Any, TypeVar

from ..agent import Agent, handles
from ..errors import PromptTooLong
from ..message import Answer, Message, Prompt
from ..team import Team
from .messages import Decode, Decoded
from .method import DecodingMethod, check_vocabularies, stepper
from .peers import Peers
from .probe import Probe, ProbeResult

DECODER = "decoder"
"""The agent of every team that decodes across its members."""

R = TypeVar("R", bound=ProbeResult)


class Decoder(Agent):
    """Holds a session with every peer, and has them write one text or reads them for a probe."""

    def __init__(self, name: str, peers: Peers) -> None:
        super().__init__(name)
        self.peers = peers

    @handles
    async def write(self, decode: Decode) -> Decoded:
        """Write until an end token, a stop string, the token limit or the end of the smallest context."""
        if decode.method.one_vocabulary:
            check_vocabularies({name: stepper(name, self.peers.models[name]) for name in decode.peers})
        with self.peers.text(decode.prompt, decode.peers, decode.sampling) as text:
            from .result import decoded

            try:
                await decode.method.write(text)
            except PromptTooLong:
                if not text.tokens:
                    raise
                text.finish = "length"
            return decoded(text)

    @handles
    async def probe(self, probe: Probe) -> Message:
        """Run a probe."""
        return await probe.result(self.peers)


async def decode(team: Team[Any], prompt: Prompt, method: DecodingMethod, **sampling: object) -> Answer:
    """One text by several members of a team, written by this method.

    Keywords change the run's sampling, as `max_tokens=16`. Raises what the method raises, and `VocabularyMismatch`,
    `MissingCapability`, `PromptTooLong`.
    """
    enlist_decoder(team)
    peers = tuple(team.named(name) for name in method.peers(team.names))
    drawn = team.dispatcher.sampling(DECODER, sampling)
    result = await team.send(DECODER, Decode(prompt=prompt, peers=peers, method=method, sampling=drawn), Decoded)
    for name, found in result.approximation.items():
        before = team.context.approximations.get(name)
        team.context.approximations[name] = before + found if before else found
    return result.answer


async def run_probe(team: Team[Any], place: str, probe: Probe, result: type[R]) -> R:
    """What a probe of a team's members finds. `place` names it in the trace, below the team's own place."""
    here = team.at(f"{team.question}/{place}")
    enlist_decoder(here)
    try:
        return await here.send(DECODER, probe, result)
    finally:
        await here.close()


def enlist_decoder(team: Team[Any]) -> None:
    """Have a decoder at this team's question."""
    team.add_agent(DECODER, lambda: Decoder(DECODER, Peers(team.models, team.context.personas)))
