"""A finished joint text as the decoder's reply."""

from itertools import groupby

from ..accounting import Usage
from ..message import Answer
from ..models.sessions import Approximation
from ..models.tokens import split_reasoning
from .joint_text import JointText
from .messages import CERTIFIED, Decoded, Span


def decoded(text: JointText) -> Decoded:
    """The decoder's reply: the answer and each participant's contribution."""
    runs = [(by, list(tokens)) for by, tokens in groupby(text.tokens, lambda token: token.by)]
    spans = [Span(by=by, tokens=len(run), text="".join(token.text for token in run)) for by, run in runs]
    return Decoded(
        answer=answer_of(text),
        peer_logprobs={name: tuple(logprobs) for name, logprobs in text.peer_logprobs.items()},
        divergence=tuple(text.divergence),
        spans=() if text.peer_logprobs else tuple(spans),
        counts=text.counts,
        approximation={} if proven(text) else approximations(text),
    )


def proven(text: JointText) -> bool:
    """True if each token was proven to be the one that whole distributions give."""
    return text.counts.get(CERTIFIED, 0) == len(text.tokens) > 0


def approximations(text: JointText) -> dict[str, Approximation]:
    """The errors of rebuilt distributions, by participant."""
    return {name: found for name, one in text.participants.items() if (found := one.approximation)}


def answer_of(text: JointText) -> Answer:
    """The finished text as an answer; with token ids only where all tokens are of one vocabulary."""
    whole = whole_text(text)
    before = text.watch.before
    reasoning, said = split_reasoning(whole if before is None else before, opened=False)
    vocabularies = {text.vocabulary(token.by) for token in text.tokens}
    spent: Usage = sum((one.usage for one in text.participants.values()), text.choice_usage)
    return Answer(
        text=said or "",
        finish="unfinished" if said is None and text.finish == "length" else text.finish or "length",
        reasoning=reasoning,
        prompt_ids=text.participants[text.lead].prompt_ids,
        ids=tuple(token.id for token in text.tokens) if len(vocabularies) < 2 else (),
        logprobs=tuple(token.logprob for token in text.tokens),
        usage=spent,
    )


def whole_text(text: JointText) -> str:
    """The text, without an incomplete character at its end."""
    if not text.tokens:
        return ""
    reader = text.participants[text.tokens[-1].by].reader()
    return (text.text if text.detokenize else reader.text) + reader.rest()
