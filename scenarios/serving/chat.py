"""POST /v1/chat/completions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from .asking import answers, asked_by
from .call import Call
from .errors import Refused
from .fields import Chat, parsed
from .forms import FINISH, calls_of, message_of, pieces, usage_of
from .json_forms import check_form, form_asked
from .offered import Offered, Said, find
from .scoring import Scored, scored_each
from .service import Service
from .turns import tools_of, turns_of


async def chat(service: Service, call: Call) -> Mapping[str, Any] | None:
    """Answer a conversation, whole or as a stream. Raises `Refused` before anything is asked."""
    given = parsed(Chat, call.body)
    one = find(service.offered, given.model)
    check(given, one)
    form = form_asked(given.response_format, one, "response_format")
    asked = asked_by(one, given, turns_of(given.messages), offered_tools(given, one) | form)
    stream = Chunks(call, given) if given.stream else None
    async with service.gate.enter():
        said = await answers(service, call, one, asked, given.n or 1, stream.tell if stream else None)
        check_form(said, form)
        tokens = (
            await scored_each(one.single, [each.answer for each in said], given.top_logprobs or 0)
            if given.logprobs
            else None
        )
    if stream:
        stream.end(said, tokens)
        return None
    choices = [
        {
            "index": place,
            "message": message_of(each.answer),
            "logprobs": listed(tokens[place]) if tokens else None,
            "finish_reason": FINISH[each.answer.finish],
        }
        for place, each in enumerate(said)
    ]
    usage = usage_of(each.usage for each in said)
    return {**head(call, given, "chat.completion"), "choices": choices, "usage": usage}


def check(given: Chat, one: Offered) -> None:
    """Raise `Refused` for a parameter that this model or team does not have."""
    if given.stream_options is not None and not given.stream:
        raise Refused(400, "stream_options: are of streams. Write stream: true.", param="stream_options")
    if given.top_logprobs and not given.logprobs:
        raise Refused(400, "top_logprobs: come with logprobs. Write logprobs: true.", param="top_logprobs")
    if given.logprobs:
        one.stepper("logprobs")


def offered_tools(given: Chat, one: Offered) -> dict[str, Any]:
    """The tools of a request as a change to the sampling. Raises `Refused` where nothing calls them."""
    if not given.tools or given.tool_choice == "none":
        return {}
    one.check_tools()
    return {"tools": tools_of(given.tools)}


def head(call: Call, given: Chat, kind: str) -> dict[str, Any]:
    """What every object of a reply begins with."""
    return {"id": f"chatcmpl-{call.id}", "object": kind, "created": call.created, "model": given.model}


def listed(tokens: Sequence[Scored]) -> dict[str, Any]:
    """Tokens as chat completions list them."""
    return {"content": [token.listed() for token in tokens], "refusal": None}


class Chunks:
    """The chunks of a stream: the pieces of each choice as they come, then why it ended, then the usage.

    >>> call = Call({})
    >>> chunks = Chunks(call, Chat(model="debate", messages=[{}], stream=True))
    >>> chunks.tell(0, "four")
    >>> call.events.queue.qsize()
    2
    """

    def __init__(self, call: Call, given: Chat) -> None:
        self._call, self._given = call, given
        self._told: dict[int, str] = defaultdict(str)

    def tell(self, choice: int, piece: str) -> None:
        """Send a piece of a choice's text."""
        if choice not in self._told:
            self._send(choice, {"role": "assistant", "content": ""})
        self._told[choice] += piece
        self._send(choice, {"content": piece})

    def end(self, said: Sequence[Said], tokens: Sequence[Sequence[Scored]] | None) -> None:
        """Send what was not told yet of each choice, and the end."""
        for choice, each in enumerate(said):
            self._rest(choice, each)
            logprobs = {"logprobs": listed(tokens[choice])} if tokens else {}
            self._send(choice, {}, finish_reason=FINISH[each.answer.finish], **logprobs)
        if self._given.counted:
            usage = usage_of(each.usage for each in said)
            self._call.events.data({**self._head(), "choices": [], "usage": usage})
        self._call.events.done()

    def _rest(self, choice: int, said: Said) -> None:
        answer = said.answer
        if answer.reasoning and choice not in self._told:
            self._send(choice, {"role": "assistant", "reasoning_content": answer.reasoning})
        told = self._told.get(choice, "")
        rest = answer.text.removeprefix(told) if answer.text.startswith(told) else ""
        for piece in pieces(rest) or ([] if told else [""]):
            self.tell(choice, piece)
        if answer.tool_calls:
            self._send(choice, {"tool_calls": calls_of(answer)})

    def _send(self, choice: int, delta: Mapping[str, Any], **more: Any) -> None:  # noqa: ANN401 - fields of a choice
        part = {"index": choice, "delta": delta, "logprobs": None, "finish_reason": None, **more}
        self._call.events.data({**self._head(), "choices": [part]})

    def _head(self) -> dict[str, Any]:
        return head(self._call, self._given, "chat.completion.chunk") | ({"usage": None} if self._given.counted else {})
