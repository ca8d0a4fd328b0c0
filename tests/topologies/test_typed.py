"""Message types along arrows."""

from collections.abc import Callable

import pytest
from symposia.agents.agent import Agent, handles
from symposia.agents.errors import BadHandler, CannotHandle
from symposia.agents.lm_agent import LMAgent
from symposia.agents.message import Answer, Choose, Received, Request
from symposia.tests.support.drafts import Critic, Critique, Draft, LongDraft
from symposia.tests.support.graphs import EVERY_SHAPE, TEAM, message
from symposia.topologies import Graph, chain, ring
from symposia.topologies.typed import check, replies


class Author(Agent):
    @handles
    async def write(self, request: Request) -> Draft | LongDraft:
        return Draft()

    @handles
    async def listen(self, critique: Critique) -> Received:
        return Received()


class Mute(Agent):
    @handles  # type: ignore[type-var]
    async def listen(self, critique: Critique) -> None:
        return None


ROLES = {"author": Author.accepts, "critic": Critic.accepts}


def test_a_listener_that_handles_a_base_class_handles_what_is_sent() -> None:
    check(chain("author", "critic"), {"author": (Draft, LongDraft), "critic": ()}, ROLES)


def test_every_type_a_speaker_may_send_has_to_be_handled() -> None:
    sends = {"author": (Draft, Critique), "critic": (Critique,)}
    assert message(lambda: check(ring("author", "critic"), sends, ROLES)) == (
        "BadTopology: topology: author -> critic carries Critique, which critic does not handle. It handles: Draft."
    )


def test_a_listener_of_a_subclass_only_does_not_handle_the_base() -> None:
    assert message(lambda: check(chain("a", "b"), {"a": [Draft], "b": []}, {"a": [], "b": [LongDraft]})) == (
        "BadTopology: topology: a -> b carries Draft, which b does not handle. It handles: LongDraft."
    )


def test_where_nobody_speaks_nothing_has_to_be_handled() -> None:
    check(Graph("ab", []), {"a": [Draft], "b": [Draft]}, {"a": [], "b": []})


def test_every_agent_has_to_be_described() -> None:
    assert message(lambda: check(chain("author", "critic"), {"author": [Draft]}, ROLES)) == (
        "UnknownName: topology: message types: no agent named 'critic'. Known: author."
    )


def test_what_an_agent_replies_is_read_from_its_handlers() -> None:
    assert replies(Author, Request) == (Draft, LongDraft)
    assert replies(Critic, LongDraft) == (Critique,)
    assert replies(LMAgent, Request) == (Answer,)


def test_replies_that_are_not_known_are_an_error() -> None:
    assert message(lambda: replies(Author, Choose)) == (
        f"{CannotHandle.__name__}: Author: no handler for Choose. Handles: Critique, Request."
    )
    assert message(lambda: replies(Mute, Critique)) == (
        f"{BadHandler.__name__}: Mute.listen: does not say what it replies. Annotate it with message types."
    )


@pytest.mark.parametrize("shape", EVERY_SHAPE)
def test_agents_with_language_models_fit_every_shape(shape: Callable[..., Graph]) -> None:
    sends = {name: replies(LMAgent, Request) for name in TEAM}
    check(shape(*TEAM), sends, dict.fromkeys(TEAM, LMAgent.accepts))
