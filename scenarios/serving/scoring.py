"""The tokens of a text with their log-probabilities, and the likeliest others at each place."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from ...agents.concurrency import gather
from ...agents.message import Answer

NEAR: Final = 8
"""The tokens before one that its text is read with: spaces and parts of characters depend on them."""


class Scored(NamedTuple):
    """A token: its text, its log-probability in nats (None for the first of a text), and the likeliest at its place.

    `width` is how much of the text it is: nothing, for a special token, whose `text` is its name.

    >>> Scored("four", 4, -0.1, (("four", -0.1), ("five", -2.3))).top[0][0]
    'four'
    """

    text: str
    width: int
    logprob: float | None
    top: tuple[tuple[str, float], ...] = ()

    def listed(self) -> dict[str, Any]:
        """The token as chat completions list it."""
        top = [{"token": text, "logprob": value, "bytes": bytes_of(text)} for text, value in self.top]
        return {"token": self.text, "logprob": self.logprob, "bytes": bytes_of(self.text), "top_logprobs": top}


def bytes_of(text: str) -> list[int] | None:
    """The bytes of a token; None for a part of a character."""
    return None if "\ufffd" in text else list(text.encode())


def shown(model: Any, answer: Answer) -> int:  # noqa: ANN401 - a stepper
    """The number of tokens of an answer that its text shows: no end token, and nothing after a stop string."""
    ids = answer.ids[: len(answer.ids) - (answer.ids[-1:] != () and answer.ids[-1] in model.vocabulary.ends)]
    if answer.finish != "stop_string":
        return len(ids)
    lengths = [len(model.decode(ids[:count])) for count in range(len(ids) + 1)]
    return next((count for count, length in enumerate(lengths) if length >= len(answer.text)), len(ids))


async def scored(model: Any, answer: Answer, top: int) -> list[Scored]:  # noqa: ANN401 - a stepper
    """The tokens of an answer as its text shows them; the likeliest others cost one more forward pass."""
    ids = answer.ids[: shown(model, answer)]
    tops = await tops_at(model, answer.prompt_ids, ids, top) if top and ids else [()] * len(ids)
    return listed_tokens(model, ids, answer.logprobs[: len(ids)], tops)


async def scored_text(model: Any, ids: Sequence[int], top: int) -> list[Scored]:  # noqa: ANN401 - a resident model
    """All tokens of a text, the first without a log-probability, read in one forward pass."""
    if len(ids) < 2:
        return listed_tokens(model, ids, [None] * len(ids), [()] * len(ids))
    values = (await read(model, ids[:1], ids[1:])).log_softmax(-1)
    taken = [float(values[place, token]) for place, token in enumerate(ids[1:])]
    return listed_tokens(model, ids, [None, *taken], [(), *likeliest(model, ids[:1], ids[1:], values, top)])


def listed_tokens(model: Any, ids: Sequence[int], logprobs: Sequence[float | None], tops: Any) -> list[Scored]:  # noqa: ANN401
    """Tokens with their texts."""
    found = []
    for place, (token, value, top) in enumerate(zip(ids, logprobs, tops, strict=True)):
        text, width = text_at(model, ids[max(0, place - NEAR) : place], token)
        found.append(Scored(text, width, value, top))
    return found


def text_at(model: Any, before: Sequence[int], token: int) -> tuple[str, int]:  # noqa: ANN401 - a stepper
    """The text of a token after others, and its length in the text; a special token's name, of no length."""
    start, whole = model.decode(before), model.decode([*before, token])
    text = whole[len(start) :] if whole.startswith(start) else model.decode([token])
    if text or not hasattr(model, "chat"):
        return text, len(text)
    return str(model.chat.pretrained.convert_ids_to_tokens(token)), 0


async def tops_at(model: Any, prompt: Sequence[int], ids: Sequence[int], top: int) -> Any:  # noqa: ANN401 - see above
    """The likeliest tokens at the place of each of these ids."""
    return likeliest(model, (), ids, (await read(model, prompt, ids)).log_softmax(-1), top)


async def read(model: Any, prompt: Sequence[int], ids: Sequence[int]) -> Any:  # noqa: ANN401 - a tensor
    """The logits at the place of each of these ids after a prompt: float32, (len(ids), vocabulary)."""
    from ...agents.models.hf.text_session import TextSession

    session = TextSession(model, [*prompt, *ids[:-1]])
    try:
        return await model.step([session], [len(ids)])
    finally:
        session.close()


def likeliest(
    model: Any,  # noqa: ANN401 - a stepper
    before: Sequence[int],
    ids: Sequence[int],
    values: Any,  # noqa: ANN401 - a tensor
    top: int,
) -> list[tuple[tuple[str, float], ...]]:
    """The `top` likeliest tokens at the place of each of these ids, from rows of log-probabilities, as text."""
    if not top:
        return [()] * len(ids)
    size = model.vocabulary.size
    best = values[:, :size].topk(min(top, size))
    text = [*before, *ids]
    rows = enumerate(zip(best.indices.tolist(), best.values.tolist(), strict=True), len(before))
    return [
        tuple(
            (text_at(model, text[max(0, place - NEAR) : place], token)[0], value)
            for token, value in zip(*row, strict=True)
        )
        for place, row in rows
    ]


async def scored_each(model: Any, answers: Sequence[Answer], top: int) -> list[list[Scored]]:  # noqa: ANN401
    """The tokens of several answers."""
    found = await gather({place: scored(model, answer, top) for place, answer in enumerate(answers)})
    return [found[place] for place in range(len(answers))]


def offsets(tokens: Sequence[Scored]) -> list[int]:
    """The place in the text at which each token begins."""
    ends = [0]
    for token in tokens:
        ends.append(ends[-1] + token.width)
    return [start for start, _ in pairwise(ends)]
