"""Frames: what is sent is what arrives, and what is no frame is refused."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symposia.agents.errors import BadMessage, SymposiaError
from symposia.agents.message import Answer, Ask, Conversation
from symposia.agents.parts import Image
from symposia.agents.runtime.mqtt.frame import Frame, Header, packed, packed_raw
from symposia.agents.runtime.mqtt.topics import Topics, escaped, unescaped
from symposia.agents.runtime.mqtt.transfers import CHUNK, Transfers, chunks
from symposia.agents.turn import Turn
from xxhash import xxh3_64_intdigest

HEADER = Header(kind="ask", id="a-1", by="alice/run", to="amber/q")


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(0, 3))
def test_a_message_arrives_as_it_was_sent(text: str, doubled: int) -> None:
    sent = Answer(text=text * 2**doubled, ids=(1, 2), logprobs=(-0.1, -2.5))
    assert Frame.read(packed(HEADER, sent)).message() == sent


def test_a_large_text_travels_beside_its_message() -> None:
    sent = Ask(text="é" * 40_000)
    frame = Frame.read(packed(HEADER, sent))
    assert frame.message() == sent
    assert [one.size for one in frame.header.attached] == [80_000]
    assert frame.header.size < 100


def test_an_image_arrives_with_its_bytes() -> None:
    image = Image.from_bytes(b"GIF89a...")
    sent = Conversation(history=(Turn("user", content=(image,)),))
    found = Frame.read(packed(HEADER, sent)).message()
    assert isinstance(found, Conversation)
    (there,) = found.history[0].parts
    assert isinstance(there, Image)
    assert there.data == b"GIF89a..."


def test_other_bytes_under_an_images_hash_are_refused() -> None:
    image = Image.from_bytes(b"GIF89a...")
    data = packed(HEADER, Conversation(history=(Turn("user", content=(image,)),)))
    frame = Frame.read(data)
    body = frame.raw.replace(b"GIF89a...", b"GIF89a!!!")
    with pytest.raises(BadMessage, match="is another one than its hash says"):
        Frame.read(packed_raw(frame.header, body)).message()


def test_a_changed_byte_is_noticed() -> None:
    data = bytearray(packed(HEADER, Ask(text="2 + 2?")))
    data[-3] ^= 1
    with pytest.raises(BadMessage, match="were changed on their way"):
        Frame.read(bytes(data))


def headed(header: bytes) -> bytes:
    """A frame of nothing but these bytes as its header."""
    return b"SYM2" + struct.pack(">IQ", len(header), xxh3_64_intdigest(header)) + header


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "begins with ''"),
        (b"SYM1" + b"\0" * 8, "begins with 'SYM1', not with 'SYM2'. Use one version everywhere"),
        (b"SYM2\0\0", "is cut off after 6 bytes"),
        (b"SYM2\xff\xff\xff\xff" + b"\0" * 8 + b"{}", "a header of 4,294,967,295 bytes is not in its 18"),
        (headed(b"{}"), "header: kind: Field required"),
        (headed(b'{"kind":"ask","id":"x","by":"a/b","sudo":true}'), "header: sudo: Extra inputs"),
    ],
)
def test_what_is_no_frame_is_refused_with_a_reason(data: bytes, said: str) -> None:
    with pytest.raises(BadMessage, match=said.replace("(", r"\(")):
        Frame.read(data)


@pytest.mark.parametrize(
    "body", [b"[]", b"3", b'{"@type":"ask/1","text":3}', b'{"@type":"ask/1","text":"?","more":1}', b"{"]
)
def test_a_message_that_is_none_is_refused(body: bytes) -> None:
    header = HEADER.model_copy(update={"size": len(body)})
    with pytest.raises(SymposiaError):
        Frame.read(packed_raw(header, body)).message()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_be_refused(data: bytes) -> None:
    with pytest.raises(BadMessage):
        Frame.read(data)
    with pytest.raises(SymposiaError):
        Frame.read(headed(data)).message()


def test_chunks_are_put_together_in_any_order_and_once() -> None:
    whole = packed(HEADER, Ask(text="é" * CHUNK))
    pieces = list(chunks(whole, "t", "alice/run"))
    assert len(pieces) == 3
    transfers = Transfers()
    found = [transfers.add(Frame.read(piece)) for piece in [pieces[2], pieces[0], pieces[0], pieces[1]]]
    assert found[:3] == [None, None, None]
    assert found[3] is not None
    assert found[3].message() == Ask(text="é" * CHUNK)


def test_chunks_of_another_senders_frame_are_refused() -> None:
    pieces = list(chunks(packed(HEADER, Ask(text="é" * CHUNK)), "t", "mallory/x"))
    transfers = Transfers()
    assert [transfers.add(Frame.read(piece)) for piece in pieces[:2]] == [None, None]
    with pytest.raises(BadMessage, match="sent chunks of a frame that is not its own"):
        transfers.add(Frame.read(pieces[2]))


def test_transfers_take_no_more_memory_than_they_may() -> None:
    transfers = Transfers(most=CHUNK)
    first = next(chunks(b"x" * (CHUNK + 1), "t1", "alice/run"))
    assert transfers.add(Frame.read(first)) is None
    with pytest.raises(BadMessage, match="are not taken"):
        transfers.add(Frame.read(next(chunks(b"x" * (CHUNK + 1), "t2", "alice/run"))))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_is_one_level_of_a_topic(text: str) -> None:
    level = escaped(text)
    assert level
    assert not set(level) & set("/+#\0")
    assert unescaped(level) == text


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_topic_of_another_form_is_refused(topic: str) -> None:
    with pytest.raises(BadMessage):
        Topics("lab").place(topic)
