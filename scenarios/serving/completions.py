"""POST /v1/completions: bare text goes on, and is scored, where a model of this process reads it.

Such a model is given the text as it stands, without its chat template. Any other, and a team, is given it as a user's
turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeAlias

from ...agents import Team
from ...agents.concurrency import gather
from ...agents.turn import Turn
from .asking import answers, asked_by
from .call import Call
from .errors import Refused
from .fields import Completion, parsed
from .forms import FINISH, pieces, usage_of
from .offered import Offered, Said, find
from .scoring import Scored, offsets, scored_each, scored_text
from .service import Service

Prompt: TypeAlias = str | list[int]
MANY: Final = 512
"""The most prompts of one request."""


class Written(NamedTuple):
    """One choice: its text, why it ended, its tokens where they are asked for, and what it cost.

    >>> Written("four", "stop", (), None).text
    'four'
    """

    text: str
    finish: str
    tokens: Sequence[Scored]
    said: Said | None


async def completions(service: Service, call: Call) -> Mapping[str, Any] | None:
    """Complete texts, whole or as a stream. Raises `Refused` before anything is asked."""
    given = parsed(Completion, call.body)
    one = find(service.offered, given.model)
    prompts = prompts_of(given)
    check(given, one, prompts)
    async with service.gate.enter():
        found = await gather(
            {
                place: completed(service, call, given, bare(one), prompt, part_of(place))
                for place, prompt in enumerate(prompts)
            }
        )
    written = [each for place in range(len(prompts)) for each in found[place]]
    usage = usage_of(each.said.usage for each in written if each.said)
    if not given.stream:
        choices = [choice(place, each, given) for place, each in enumerate(written)]
        return {**head(call, given), "choices": choices, "usage": usage}
    for place, each in enumerate(written):
        for piece in pieces(each.text):
            part = {"text": piece, "index": place, "logprobs": None, "finish_reason": None}
            call.events.data({**head(call, given), "choices": [part]})
        call.events.data({**head(call, given), "choices": [{**choice(place, each, given), "text": ""}]})
    if given.counted:
        call.events.data({**head(call, given), "choices": [], "usage": usage})
    call.events.done()
    return None


def prompts_of(given: Completion) -> list[Prompt]:
    """The prompts of a request, each a text or token ids."""
    prompt: Any = given.prompt
    return [prompt] if isinstance(prompt, str) or (prompt and isinstance(prompt[0], int)) else list(prompt)


def check(given: Completion, one: Offered, prompts: Sequence[Prompt]) -> None:
    """Raise `Refused` for what this model does not do."""
    if not 0 < len(prompts) <= MANY:
        raise Refused(400, f"prompt: {len(prompts)} of them. Give from 1 to {MANY}.", param="prompt")
    if given.max_tokens == 0 and not given.echo:
        raise Refused(400, "max_tokens: 0 is for echo: true, which scores the prompt.", param="max_tokens")
    if given.logprobs is not None:
        one.stepper("logprobs")
    if not reads_bare(one) and (given.max_tokens == 0 or not all(isinstance(prompt, str) for prompt in prompts)):
        words = f"prompt: {one.name} reads text alone, and does not score it. Ask a model of this server's process."
        raise Refused(400, words, param="prompt", code="unsupported")


def reads_bare(one: Offered) -> bool:
    """True for a model of this process, which can be given text without a chat template."""
    return hasattr(one.single, "plain")


def bare(one: Offered) -> Offered:
    """A model given bare text, without a persona; anything else as it is."""
    if not reads_bare(one):
        return one
    context = replace(one.team.context, personas={})
    return replace(one, team=Team({one.team.names[0]: one.single.plain()}, context=context))


async def completed(  # noqa: PLR0913 - who asks whom for what
    service: Service, call: Call, given: Completion, one: Offered, prompt: Prompt, part: str
) -> list[Written]:
    """The choices for one prompt."""
    text = prompt if isinstance(prompt, str) else text_of(one, prompt)
    before = await scored_prompt(one, given, prompt) if given.echo and given.logprobs is not None else []
    shown = text if given.echo else ""
    if given.max_tokens == 0:
        return [Written(shown, "length", before, None) for _ in range(given.n or 1)]
    if not isinstance(prompt, str) and ids_of(one, text) != prompt:
        words = "prompt: these ids are not how their text is read again, so only scoring takes them. Send the text."
        raise Refused(400, words, param="prompt", code="unsupported")
    asked = asked_by(one, given, [Turn("user", text)])
    said = await answers(service, call, one, asked, given.n or 1, part=part)
    own: list[list[Scored]] = [[] for _ in said]
    if given.logprobs is not None:
        own = await scored_each(one.single, [each.answer for each in said], given.logprobs)
    return [
        Written(shown + each.answer.text, FINISH[each.answer.finish], [*before, *tokens], each)
        for each, tokens in zip(said, own, strict=True)
    ]


def part_of(place: int) -> str:
    """What the trace of a prompt is named after the id of its request."""
    return f"-{place}" if place else ""


async def scored_prompt(one: Offered, given: Completion, prompt: Prompt) -> list[Scored]:
    """The tokens of a prompt with their log-probabilities."""
    ids = ids_of(one, prompt) if isinstance(prompt, str) else prompt
    return await scored_text(one.single, ids, given.logprobs or 0)


def ids_of(one: Offered, text: str) -> list[int]:
    """The ids of a bare text."""
    return list(one.single.chat.prompt([Turn("user", text)]))


def text_of(one: Offered, ids: Sequence[int]) -> str:
    """The text of ids. Raises `Refused` for ids that the model does not have."""
    size = one.single.vocabulary.size
    if not ids or not all(0 <= number < size for number in ids):
        raise Refused(400, f"prompt: ids of {one.name} are from 0 to {size - 1:,}, at least one.", param="prompt")
    return str(one.single.decode(ids))


def choice(place: int, written: Written, given: Completion) -> dict[str, Any]:
    """A choice in OpenAI's form."""
    tokens = written.tokens
    listed = None
    if given.logprobs is not None:
        listed = {
            "tokens": [token.text for token in tokens],
            "token_logprobs": [token.logprob for token in tokens],
            "top_logprobs": [dict(reversed(token.top)) or None for token in tokens],
            "text_offset": offsets(tokens),
        }
    return {"text": written.text, "index": place, "logprobs": listed, "finish_reason": written.finish}


def head(call: Call, given: Completion) -> dict[str, Any]:
    """What every object of a reply begins with."""
    return {"id": f"cmpl-{call.id}", "object": "text_completion", "created": call.created, "model": given.model}
