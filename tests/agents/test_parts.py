"""Parts of a turn: what an image is, where its bytes are kept, and what text-only models say to it."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Context, Team, Turn
from symposia.agents.blobs import Blobs
from symposia.agents.codec import decode, encode
from symposia.agents.errors import BadData, BadMessage, BadTrace, MissingCapability
from symposia.agents.loading import load
from symposia.agents.message import Request, Sampling
from symposia.agents.parts import Image, Text, Tool, ToolCall, ToolResult
from symposia.agents.trace import Trace
from symposia.agents.trace_reader import read
from symposia.tests.support.doubles import Parrot
from symposia.tests.support.pictures import draw, png

RED = Image.from_bytes(png())
HASH = sha256(png()).hexdigest()


def test_a_turn_has_parts_and_text_alone_is_one() -> None:
    turn = Turn("user", (Text(text="What is"), RED, Text(text=" this?")))
    assert (turn.text, [part.kind for part in turn.parts]) == ("What is this?", ["text", "image", "text"])
    assert Turn("user", "hi") == Turn(role="user", text="hi")
    assert Turn("user", "hi").parts == (Text(text="hi"),)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0...", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_the_kind_of_an_image_is_in_its_first_bytes(data: bytes, kind: str) -> None:
    assert Image.from_bytes(data).media_type == kind


@pytest.mark.parametrize("data", [b"", b"BM6", b"<svg/>", b"RIFF\x10\x00\x00\x00WAVEfmt "])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(BadData) as raised:
        Image.from_bytes(data, where="row 1")
    assert str(raised.value) == "row 1: not an image of a known kind. Use PNG, JPEG, GIF or WebP."


def test_a_missing_image_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData) as raised:
        Image.from_file(tmp_path / "gone.png", where="q.jsonl:1: image")
    assert str(raised.value) == (
        f"q.jsonl:1: image: the image {tmp_path / 'gone.png'} cannot be read (No such file or directory). "
        "Check its path."
    )


def test_images_are_equal_by_their_hash_wherever_their_bytes_are() -> None:
    reference = Image(sha256=HASH, media_type="image/png")
    assert reference == RED
    assert len({reference, RED}) == 1
    assert Image.from_bytes(png("blue")) != RED
    with pytest.raises(BadMessage, match="its bytes are not here"):
        _ = reference.data


def test_bytes_travel_beside_messages_and_never_in_them(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    ask = Ask(text="What is this?", images=(RED, RED))
    said = encode(ask, blobs)
    assert said["images"] == [{"sha256": HASH, "media_type": "image/png"}] * 2
    assert [path.name for path in blobs.folder.iterdir()] == [HASH]
    assert decode(json.loads(json.dumps(said)), blobs) == ask
    assert blobs.get(HASH) == png()


async def test_a_trace_keeps_an_image_once_however_often_it_is_shown(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    team = Team({"amber": Parrot(), "blue": Parrot()}, context=Context(trace=trace))
    for _ in range(2):
        await team.ask_all(Ask(text="What is this?", images=(RED,)))
    trace.close()
    assert [path.name for path in (tmp_path / "blobs").iterdir()] == [HASH]
    events = read(tmp_path / "trace.jsonl")[1]
    asked = [event.message for event in events if isinstance(event.message, Request)]
    assert len(asked) == 4
    assert all(one.prompt.images == (RED,) for one in asked)


def test_an_image_of_a_trace_that_is_gone_or_changed_is_found(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    blobs.put(png(), HASH)
    (tmp_path / HASH).write_bytes(png("blue"))
    with pytest.raises(BadTrace, match="was changed after it was written"):
        blobs.get(HASH)


async def test_a_model_sees_the_image_after_the_words() -> None:
    model = Parrot()
    await Team({"amber": model}).ask("amber", Ask(text="What is this?", form="One word.", images=(RED,)))
    ((turn,), _) = model.heard[0]
    assert turn == Turn("user", (Text(text="What is this?\n\nOne word."), RED))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (RED, "an image"),
        (ToolCall(id="1", name="add", arguments="{}"), "a tool call"),
        (ToolResult(id="1", text="5"), "a tool result"),
    ],
)
async def test_a_model_of_text_alone_refuses_other_parts(part: Any, said: str) -> None:
    model = load("pocket:base")
    with pytest.raises(MissingCapability) as raised:
        await model.write((Turn("user", (part,)),))
    assert str(raised.value) == (f"pocket:base: reads text alone, and was given {said}. Use a model that reads it.")


@pytest.mark.parametrize("tools", [(), (Tool(name="add"),)])
def test_tools_are_part_of_the_sampling_and_left_out_where_there_are_none(tools: tuple[Tool, ...]) -> None:
    sampling = Sampling(tools=tools)
    assert ("tools" in sampling.model_dump()) == bool(tools)
    request = Request(prompt=Ask(text="2 + 3?"), sampling=sampling, place="q/amber.0")
    assert decode(json.loads(json.dumps(encode(request)))) == request


def test_tool_calls_of_an_answer_are_read_back() -> None:
    answer = Answer(text="", finish="tool_calls", tool_calls=(ToolCall(id="1", name="add", arguments='{"a": 2}'),))
    assert decode(json.loads(json.dumps(encode(answer)))) == answer


def test_an_image_file_is_read(tmp_path: Path) -> None:
    assert Image.from_file(draw(tmp_path / "red.png")) == RED
