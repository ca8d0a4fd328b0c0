"""The agent that decodes one text with several members of a team, and the functions by which protocols call it.

A team has a decoder only once something is decoded.
"""

from typing import Any, TypeVar

from ..agent import Agent, handles
from ..errors import MissingCapability, PromptTooLong
from ..message import Answer, Message, Prompt
from ..models.listening import Listener
from ..team import Team
from .messages import PROOFS, Decode, Decoded
from .method import DecodingMethod, check_vocabularies, stepper
from .peers import Peers
from .probe import Probe, ProbeResult
from .telling import Telling

DECODER = "decoder"
"""The agent of every team that decodes across its members."""

R = TypeVar("R", bound=ProbeResult)


class Decoder(Agent):
    """The agent that runs decoding methods and probes on the members' models, with a session of each.

    >>> import asyncio
    >>> from symposia.agents import Ask
    >>> from symposia.agents.decoding.combine import Mean
    >>> from symposia.agents.loading import load
    >>> team = Team({"first": load("pocket:base"), "second": load("pocket:generalist")})
    >>> asyncio.run(decode(team, Ask(text="12 + 7 = ?"), Mean(), max_tokens=4)).usage.calls
    2
    """

    def __init__(self, name: str, peers: Peers, listen: Listener | None = None) -> None:
        super().__init__(name)
        self.peers = peers
        self.listen = listen

    @handles
    async def write(self, decode: Decode) -> Decoded:
        """Decode a text up to an end token, a stop string, the token limit or the smallest context length."""
        if decode.sampling.json_schema is not None and not decode.method.forces_schema:
            kind = type(decode.method).__name__
            raise MissingCapability(f"decoder: {kind} keeps to no schema. Combine distributions, or ask in words.")
        if decode.method.one_vocabulary:
            check_vocabularies({name: stepper(name, self.peers.models[name]) for name in decode.peers})
        with self.peers.text(decode.prompt, decode.peers, decode.sampling) as text:
            from .result import decoded

            text.telling = None if self.listen is None else Telling(self.listen)

            try:
                await decode.method.write(text)
            except PromptTooLong:
                if not text.tokens:
                    raise
                text.finish = "length"
            return decoded(text)

    @handles
    async def probe(self, probe: Probe) -> Message:
        """Run a probe on the models and return its result."""
        return await probe.result(self.peers)


async def decode(team: Team[Any], prompt: Prompt, method: DecodingMethod, **sampling: object) -> Answer:
    """Decode one text with several members of a team by this method; it is the team's answer, so listeners hear it.

    Keywords override fields of the run's sampling, such as `max_tokens=16`. Raises what the method raises, and
    `VocabularyMismatch`, `MissingCapability`, `PromptTooLong`.
    """
    enlist_decoder(team)
    peers = tuple(team.named(name) for name in method.peers(team.names))
    drawn = team.dispatcher.sampling(DECODER, sampling)
    result = await team.send(DECODER, Decode(prompt=prompt, peers=peers, method=method, sampling=drawn), Decoded)
    for name, found in result.approximation.items():
        before = team.context.approximations.get(name)
        team.context.approximations[name] = before + found if before else found
    team.context.proofs.update({name: times for name, times in result.counts.items() if name in PROOFS})
    return result.answer


async def run_probe(team: Team[Any], place: str, probe: Probe, result: type[R]) -> R:
    """Run a probe of a team's members; returns its result. `place` names it in the trace, below the team's question."""
    here = team.at(f"{team.question}/{place}")
    enlist_decoder(here)
    try:
        return await here.send(DECODER, probe, result)
    finally:
        await here.close()


def enlist_decoder(team: Team[Any]) -> None:
    """Register the decoder agent for this team's question, unless it has one."""
    told = team.context
    heard = told.listening if told.listening and told.listening.question == team.question else None
    listen = None if heard is None else heard.tell
    team.add_agent(DECODER, lambda: Decoder(DECODER, Peers(team.models, told.personas, told.blind), listen))
