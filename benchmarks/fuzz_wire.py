"""Throws inputs at what reads the wire: frames, messages, topics, transfers, offers. Nothing may crash, hang or grow.

    python benchmarks/fuzz_wire.py [--inputs 1000000] [--seed 7]

Half of the inputs are well-formed ones with bytes changed, cut out, doubled or put in; half are grown from nothing.
An input is read, or refused by an error of ours; any other error, or one that takes a second, is printed, with exit
code 1.
"""

import argparse
import json
import random
import resource
import sys
import time
from contextlib import suppress
from typing import Any

from symposia.agents.errors import SymposiaError
from symposia.agents.message import Answer, Ask, Request, Sampling
from symposia.agents.runtime.mqtt.frame import MAGIC, NUMBERS, Frame, Header, packed
from symposia.agents.runtime.mqtt.offers import Offer, Offers
from symposia.agents.runtime.mqtt.topics import Topics
from symposia.agents.runtime.mqtt.transfers import Transfers, chunks
from symposia.agents.tags import files, type_tagged
from xxhash import xxh3_64_intdigest

TOPICS = Topics("lab")
SECOND = 1.0

BEGINS = len(MAGIC) + NUMBERS.size
"""Where the header of a frame begins."""


def main() -> int:  # noqa: PLR0915 - one loop
    """Fuzz, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    seeds = well_formed()
    files()  # the names of our own modules, which are looked through once
    with suppress(SymposiaError):
        type_tagged("message.nothing/1")
    transfers, offers = Transfers(most=1 << 24), Offers(lambda _: None)
    read = refused = bad = 0
    before, began = memory(), time.monotonic()
    for number in range(given.inputs):
        data = changed(rng, rng.choice(seeds)) if number % 2 else grown(rng)
        topic = "symposia/lab/" + "".join(rng.choice("ask/to/post/offer%2F+#é\0") for _ in range(rng.randrange(20)))
        started = time.monotonic()
        for reads in (
            lambda data=data: taken(transfers, data),
            lambda topic=topic, data=data: heard(offers, topic, data),
        ):
            try:
                reads()
                read += 1
            except SymposiaError:
                refused += 1
            except Exception as error:  # noqa: BLE001 - what is looked for
                bad += 1
                print(f"input {number}: {type(error).__name__}: {error}: {data[:80]!r}")
        if time.monotonic() - started > SECOND:
            bad += 1
            print(f"input {number}: took {time.monotonic() - started:.1f} s: {data[:80]!r}")
    grew = memory() - before
    print(
        f"{given.inputs:,} inputs in {time.monotonic() - began:.0f} s: {read:,} read, {refused:,} refused, {bad} bad; "
        f"{grew:.0f} MB more"
    )
    return 1 if bad else 0


def taken(transfers: Transfers, data: bytes) -> None:
    """Read a frame, or a chunk of one, and the message in it."""
    frame = transfers.add(Frame.read(data))
    if frame is not None and frame.header.kind != "chunk":
        frame.message()


def heard(offers: Offers, topic: str, data: bytes) -> None:
    """Read a message at a topic as an offer."""
    offers.heard(TOPICS.place(topic), data)


def well_formed() -> list[bytes]:
    """Frames of all kinds."""
    request = Request(prompt=Ask(text="2 + 2?" * 40), sampling=Sampling(temperature=1.0, seed=3), place="q1/amber.0")
    made = [
        packed(Header(kind="ask", id="a-1", by="alice/a", to="amber/q", left=3.5), request),
        packed(
            Header(kind="reply", id="a-1", by="bob/w", bound=True), Answer(text="four", ids=(1, 2), logprobs=(-0.1,))
        ),
        packed(Header(kind="ask", id="a-2", by="alice/a", to="amber/q"), Ask(text="é" * 20_000)),
        packed(Header(kind="busy", id="", by="bob/w", ids=("a-1", "a-2"))),
        packed(Header(kind="post", id="offer", by="bob/w"), Offer(models={"pocket:base": "m"}, window=4)),
    ]
    return [*made, *chunks(MAGIC + b"\0" * 600_000, "t", "alice/a")]


def changed(rng: random.Random, data: bytes) -> bytes:
    """Bytes with some of them changed, cut out, doubled, or put in."""
    found = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(found) + 1)
        kind = rng.randrange(4)
        if kind == 0 and at < len(found):
            found[at] = rng.randrange(256)
        elif kind == 1:
            del found[at : at + rng.randrange(1, 30)]
        elif kind == 2:
            found[at:at] = found[at : at + rng.randrange(1, 30)]
        else:
            found[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 8)))
    return repaired(bytes(found)) if rng.random() < 0.7 else bytes(found)


def repaired(data: bytes) -> bytes:
    """A frame whose header says the checksum and the size of what follows it: what is wrong with it lies deeper."""
    begins = BEGINS + int.from_bytes(data[4:8], "big")
    try:
        header = json.loads(data[BEGINS:begins])
    except ValueError:
        return data
    if not isinstance(header, dict):
        return data
    body = data[begins:]
    listed = [one.get("size", 0) for one in header.get("attached") or [] if isinstance(one, dict)]
    attached = sum(one for one in listed if isinstance(one, int))
    header |= {"size": max(0, len(body) - attached)}
    return framed(json.dumps(header).encode(), body)


def framed(header: bytes, body: bytes) -> bytes:
    """A frame of these bytes with the checksum that they have."""
    return MAGIC + NUMBERS.pack(len(header), xxh3_64_intdigest(header + body)) + header + body


def grown(rng: random.Random) -> bytes:
    """A frame around a header and a body that are JSON, and mostly make no sense."""
    head = {name: value(rng, 2) for name in rng.sample(list(Header.model_fields), rng.randrange(5))}
    head = {"kind": rng.choice(["ask", "reply", "chunk", "post"]), "id": "x", "by": "alice/a", **head}
    body = json.dumps(
        {"@type": rng.choice(["ask/1", "answer/1", "message.request/1", "nope/9", 3]), **value(rng, 3, True)}
    )
    written, sized = body.encode(), head
    if rng.random() < 0.8:
        sized = {**head, "size": len(written)}
    return framed(json.dumps(sized).encode(), written)


def value(rng: random.Random, depth: int, mapping: bool = False) -> Any:
    """Random JSON."""
    if mapping or (depth and rng.random() < 0.3):
        names = ["text", "turns", "@type", "@text", "@float", "usage", "ids", "logprobs", "prompt"]
        return {rng.choice(names): value(rng, depth - 1) for _ in range(rng.randrange(4))}
    if depth and rng.random() < 0.3:
        return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return rng.choice([None, True, 0, -1, 2**80, 1e308, "", "\ud800", "é", "nan", "x" * rng.randrange(200)])


def memory() -> float:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
