"""Models behind a runtime."""

import json
from typing import Any

from symposia.agents import Ask, Sampling
from symposia.agents.codec import decode, encode
from symposia.agents.context import Context
from symposia.agents.peers.peer import connect
from symposia.agents.peers.serving import serve
from symposia.agents.turn import Turn
from symposia.tests.support.markov import START

QUESTION = Ask(text="q")
TURNS = (Turn(role="user", text="q"),)
CONTEXT = Context(sampling=Sampling(max_tokens=16))
WORDS = (" a", " b", " c", " d")


# Of " a" " b" " c" " d" the two likeliest have .7; the rest is .2 and .1, and 262 tokens of nothing.
TABLE = {START: {" a": 0.4, " b": 0.3, " c": 0.2, " d": 0.1}, " a": {"<end>": 1.0}}


class Wire:
    """A runtime that puts every message into words and back, as one between machines does."""

    def __init__(self, runtime: Any) -> None:
        self.runtime = runtime
        self.sizes: list[int] = []

    async def send_message(self, message: Any, recipient: Any) -> Any:
        return self.said(await self.runtime.send_message(self.said(message), recipient))

    def said(self, message: Any) -> Any:
        words = json.dumps(encode(message), separators=(",", ":"))
        self.sizes.append(len(words))
        return decode(json.loads(words))


async def shared(runtime: Any, models: dict[str, Any], *names: str, **options: Any) -> dict[str, Any]:
    """Peers with these models behind them, over a wire."""
    for name in names:
        await serve(runtime, name, models[name])
    return {name: await connect(Wire(runtime), name, **options) for name in names}  # type: ignore[arg-type]
