"""A broker with accounts: a stranger can neither read nor ask, impersonate, nor join a group of workers."""

import asyncio
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from autogen_core import AgentId
from symposia.agents.errors import BadScenario, CannotHandle, MissingCapability, ModelUnavailable
from symposia.agents.message import Ask
from symposia.agents.runtime.mqtt.access import write_access
from symposia.agents.runtime.mqtt.address import BrokerAddress
from symposia.agents.runtime.mqtt.broker import PrivateBroker, free_port
from symposia.agents.runtime.mqtt.connection import Arrived, Connection
from symposia.agents.runtime.mqtt.frame import Header, packed
from symposia.agents.runtime.mqtt.runtime import MqttRuntime
from symposia.agents.runtime.mqtt.topics import Topics

from .helpers import counting, runtimes

TOPICS = Topics("symposia")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BrokerAddress, Path]]:
    """A broker with TLS and three accounts: alice and mallory ask, bob works; its address for nobody yet."""
    pytest.importorskip("aiomqtt", reason="aiomqtt is not installed: pip install 'symposia[mqtt]'")
    folder, port = tmp_path_factory.mktemp("broker") / "access", free_port()
    try:
        write_access(folder, teams=["alice", "mallory"], workers={"bob": ["amber"]}, port=port)
        broker = PrivateBroker(folder, port, configured=True)
        broker.start()
    except MissingCapability as error:
        pytest.skip(str(error))
    key = (folder / "site.key").read_bytes()
    yield BrokerAddress("127.0.0.1", port, encrypted=True, key=key, authority=str(folder / "ca.crt")), folder
    broker.stop()


def of(guarded: tuple[BrokerAddress, Path], user: str) -> BrokerAddress:
    """The address for a user."""
    address, folder = guarded
    return replace(address, user=user, password=(folder / f"{user}.password").read_text())


async def test_a_member_asks_and_a_worker_answers(guarded: tuple[BrokerAddress, Path]) -> None:
    async with runtimes(of(guarded, "bob"), "worker") as (bob,), runtimes(of(guarded, "alice"), "run") as (alice,):
        await counting(bob, "amber")
        assert (await alice.send_message(Ask(text="?"), AgentId("amber", "q"))).text.endswith(" 1")
        assert list(alice.process.offers.known) == [bob.process.name]


async def test_a_wrong_password_is_an_error_that_says_so(guarded: tuple[BrokerAddress, Path]) -> None:
    runtime = MqttRuntime(replace(of(guarded, "alice"), password="guess"))
    runtime.start()
    with pytest.raises(BadScenario, match=r"Not authorized.*Check the user and SYMPOSIA_MQTT_PASSWORD"):
        await runtime.ready(5)
    with suppress(BadScenario):
        await runtime.stop()


async def test_nobody_connects_without_tls(guarded: tuple[BrokerAddress, Path]) -> None:
    runtime = MqttRuntime(replace(of(guarded, "alice"), encrypted=False))
    runtime.start()
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await runtime.ready(1)
    await runtime.stop()


async def test_who_is_no_worker_cannot_join_its_group(guarded: tuple[BrokerAddress, Path]) -> None:
    runtime = MqttRuntime(of(guarded, "mallory"))
    await counting(runtime, "amber")
    runtime.start()
    with pytest.raises(ModelUnavailable, match="mallory may not subscribe to"):
        await runtime.ready(5)
    with suppress(ModelUnavailable):
        await runtime.stop()


@pytest.mark.parametrize("topic", ["symposia/symposia/to/alice/#", "symposia/symposia/ask/#", "#"])
async def test_nobody_reads_what_is_sent_to_others(guarded: tuple[BrokerAddress, Path], topic: str) -> None:
    line = Connection(of(guarded, "mallory"), "mallory-spy", lambda _: None)
    line.start()
    await line.wait(5)
    with pytest.raises(ModelUnavailable, match="may not subscribe"):
        await line.subscribe([topic])
    await line.stop()


async def test_nobody_speaks_in_anothers_name(guarded: tuple[BrokerAddress, Path]) -> None:
    refused: list[int] = []
    heard: list[Arrived] = []
    alice = Connection(of(guarded, "alice"), "alice-inbox", heard.append)
    mallory = Connection(of(guarded, "mallory"), "mallory-forger", lambda _: None)
    for line in (alice, mallory):
        line.start()
        await line.wait(5)
    await alice.subscribe([TOPICS.inbox("alice/run"), TOPICS.offers])
    forged = packed(Header(kind="reply", id="x", by="bob/worker"))
    for topic in (
        TOPICS.inbox("alice/run", "bob"),
        TOPICS.offer("bob/worker"),
        TOPICS.ask(AgentId("amber", "q"), "alice"),
    ):
        mallory.publish(topic, forged, refused=refused.append)
    mallory.publish(TOPICS.inbox("alice/run", "mallory"), forged, refused=refused.append)
    await asyncio.sleep(0.5)
    await mallory.stop()
    await alice.stop()
    assert refused == [135, 135, 135]
    assert [one.topic.rpartition("/")[2] for one in heard] == ["mallory"]


async def test_a_frame_whose_sender_is_not_who_the_broker_says_is_dropped(guarded: tuple[BrokerAddress, Path]) -> None:
    async with runtimes(of(guarded, "alice"), "run") as (alice,):
        mallory = Connection(of(guarded, "mallory"), "mallory-liar", lambda _: None)
        mallory.start()
        await mallory.wait(5)
        mallory.publish(
            TOPICS.inbox(alice.process.name, "mallory"), packed(Header(kind="reply", id="x", by="bob/worker"))
        )
        await asyncio.sleep(0.4)
        await mallory.stop()
        assert alice.process.refused == 1


async def test_what_a_user_may_not_ask_is_refused_with_a_reason(guarded: tuple[BrokerAddress, Path]) -> None:
    async with runtimes(of(guarded, "bob"), "worker") as (bob,):
        with pytest.raises(CannotHandle, match=r"the broker does not let bob/worker-\w+ ask it"):
            await bob.send_message(Ask(text="?"), AgentId("blue", "q"))


async def test_an_offer_that_is_not_signed_is_not_listened_to(guarded: tuple[BrokerAddress, Path]) -> None:
    async with (
        runtimes(replace(of(guarded, "bob"), key=b"another"), "worker") as (bob,),
        runtimes(of(guarded, "alice"), "run") as (alice,),
    ):
        await counting(bob, "amber")
        await asyncio.sleep(0.3)
        assert (alice.process.offers.known, alice.process.refused) == ({}, 1)


def test_only_their_owner_can_read_the_secrets(guarded: tuple[BrokerAddress, Path]) -> None:
    folder = guarded[1]
    secret = [*folder.glob("*.password"), *folder.glob("*.key"), folder / "accounts.json"]
    assert len(secret) == 7
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}
    passwords = [path.read_text() for path in folder.glob("*.password")]
    assert not any(one in (folder / "accounts.json").read_text() for one in passwords)


def test_accounts_are_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(BadScenario, match="is there already"):
        write_access(tmp_path, teams=["alice"], workers={})


@pytest.mark.parametrize("names", [["a/b"], ["a+"], ["alice", "alice"], [""]])
def test_a_name_that_would_reach_into_others_topics_is_refused(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(BadScenario, match="is no name for an account"):
        write_access(tmp_path / "new", teams=names, workers={})
