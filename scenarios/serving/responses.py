"""POST /v1/responses: text in, text out. Nothing is stored, so a request holds the whole conversation."""

from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from ...agents.message import Finish
from ...agents.turn import Turn
from .asking import answers, asked_by
from .call import Call
from .errors import Refused
from .fields import Response, parsed
from .forms import pieces, usage_of
from .json_forms import check_form, form_asked
from .offered import Said, find
from .service import Service
from .turns import turns_of

INCOMPLETE: Final[Mapping[Finish, str]] = {
    "length": "max_output_tokens",
    "unfinished": "max_output_tokens",
    "refused": "content_filter",
}
"""Why a response is incomplete, by how its answer ended."""


async def responses(service: Service, call: Call) -> Mapping[str, Any] | None:
    """Answer an input, whole or as a stream of events. Raises `Refused` before anything is asked."""
    given = parsed(Response, call.body)
    one = find(service.offered, given.model)
    form = form_asked((given.text or {}).get("format"), one, "text")
    asked = asked_by(one, given, turns_in(given), form)
    stream = Stream(call, given) if given.stream else None
    async with service.gate.enter():
        if stream:
            stream.begin()
        (said,) = await answers(service, call, one, asked, 1, stream.tell if stream else None)
        check_form((said,), form)
    if stream:
        stream.end(said)
        return None
    return response(call, given, said)


def turns_in(given: Response) -> list[Turn]:
    """The conversation of a request: its instructions, then its input. Raises `Refused`."""
    before = [Turn("system", given.instructions)] if given.instructions else []
    if isinstance(given.input, str):
        return [*before, Turn("user", given.input)]
    for place, item in enumerate(given.input):
        if item.get("type", "message") != "message":
            words = f"input.{place}: an item of type {item['type']!r} is not read here. Send messages."
            raise Refused(400, words, param="input", code="unsupported")
    if not given.input:
        raise Refused(400, "input: empty. Send a message.", param="input")
    return [*before, *turns_of(given.input, "input")]


def response(call: Call, given: Response, said: Said | None) -> dict[str, Any]:
    """A response, in progress as long as nothing is said."""
    reason = INCOMPLETE.get(said.answer.finish) if said else None
    usage = usage_of([said.usage]) if said else None
    return {
        "id": f"resp_{call.id}",
        "object": "response",
        "created_at": call.created,
        "status": "in_progress" if said is None else "incomplete" if reason else "completed",
        "error": None,
        "incomplete_details": {"reason": reason} if reason else None,
        "instructions": given.instructions,
        "max_output_tokens": given.max_output_tokens,
        "model": given.model,
        "output": [item(call, "completed", [part(said.answer.text)])] if said else [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "store": False,
        "temperature": given.temperature,
        "text": given.text or {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": given.top_p,
        "truncation": "disabled",
        "metadata": given.metadata or {},
        "usage": renamed(usage) if usage else None,
    }


def renamed(usage: Mapping[str, Any]) -> dict[str, Any]:
    """A usage by the names that responses have."""
    names = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"}
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    return {names.get(name, name): value for name, value in usage.items()} | details


def item(call: Call, status: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    """The message that a response puts out."""
    return {"id": f"msg_{call.id}", "type": "message", "status": status, "role": "assistant", "content": content}


def part(text: str) -> dict[str, Any]:
    """The text of that message."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


class Stream:
    """The events of a response, in OpenAI's order.

    >>> call = Call({})
    >>> Stream(call, Response(model="debate", input="2 + 2?")).begin()
    >>> call.events.queue.qsize()
    4
    """

    def __init__(self, call: Call, given: Response) -> None:
        self._call, self._given = call, given
        self._numbers = count()
        self._told = ""
        self._at = {"item_id": f"msg_{call.id}", "output_index": 0, "content_index": 0}

    def begin(self) -> None:
        """Send that it has begun, and that it is going to be a text."""
        for kind in ("created", "in_progress"):
            self._send(f"response.{kind}", response=response(self._call, self._given, None))
        self._send("response.output_item.added", output_index=0, item=item(self._call, "in_progress", []))
        self._send("response.content_part.added", **self._at, part=part(""))

    def tell(self, _choice: int, piece: str) -> None:
        """Send a piece of the text."""
        self._told += piece
        self._send("response.output_text.delta", **self._at, delta=piece, logprobs=[])

    def end(self, said: Said) -> None:
        """Send what was not told yet, and the whole."""
        text = said.answer.text
        for piece in pieces(text.removeprefix(self._told)) if text.startswith(self._told) else ():
            self.tell(0, piece)
        whole = response(self._call, self._given, said)
        self._send("response.output_text.done", **self._at, text=text, logprobs=[])
        self._send("response.content_part.done", **self._at, part=part(text))
        self._send("response.output_item.done", output_index=0, item=whole["output"][0])
        self._send(f"response.{whole['status']}", response=whole)

    def _send(self, kind: str, **content: Any) -> None:  # noqa: ANN401 - by the kind of event
        event = {"type": kind, "sequence_number": next(self._numbers), **content}
        self._call.events.data(event, kind)
