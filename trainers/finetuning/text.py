"""Conversations in text, which have no token ids: tokenized once, by the model's own chat template.

An answer's tokens are those by which the finished conversation is longer than the prompt; so they are what the model
would have read and written, and what it reads at inference.
"""

from collections.abc import Sequence

from ...agents.errors import BadData
from ...agents.message import Answer
from ...agents.models.hf.chat import ChatTokenizer
from ...agents.models.tokens import split_reasoning
from ...agents.turn import Turn
from .pair import PreferencePair, pair_of
from .sequence import TrainingSequence, sequences_of


def sequences_of_messages(
    chat: ChatTokenizer, turns: Sequence[Turn], *, source: str = "conversation"
) -> tuple[TrainingSequence, ...]:
    """The training sequences of a conversation, with the loss on every assistant turn and its end token.

    Raises `BadData` for one without an assistant turn, or for a chat template that drops a turn; `PromptTooLong`.
    """
    places = [place for place, turn in enumerate(turns) if turn.role == "assistant" and place]
    if not places:
        raise BadData(f"{source}: no assistant turn after another one, so there is nothing to train on. Add one.")
    answers = [written(chat, turns[:place], turns[place].text, source=source) for place in places]
    return sequences_of(answers, source=source)


def pair_of_messages(
    chat: ChatTokenizer, prompt: Sequence[Turn], chosen: str, rejected: str, *, source: str = "pair"
) -> PreferencePair:
    """The pair of two answers in text to one prompt. Raises `BadData`, `PromptTooLong`."""
    return pair_of(written(chat, prompt, chosen, source=source), written(chat, prompt, rejected, source=source))


def written(chat: ChatTokenizer, prompt: Sequence[Turn], text: str, *, source: str) -> Answer:
    """An answer as if the model had written this text: the prompt's token ids, and the text's with an end token.

    Raises `BadData` for a chat template that drops a turn, or does not write a finished conversation as its prompt and
    an answer; `PromptTooLong`.
    """
    before = chat.prompt(prompt)
    check_kept(chat, prompt, before, source=source)
    whole = chat.transcript([*prompt, Turn("assistant", text)])
    if whole[: len(before)] != before:
        raise BadData(
            f"{source}: the chat template of {chat.name} does not write a finished conversation as the prompt and its "
            "answer, so the answer's tokens are not known. Record answers with the model instead."
        )
    ids, ends = whole[len(before) :], chat.vocabulary.ends
    length = next((place for place, token in enumerate(ids, start=1) if token in ends), None)
    ids = [*ids, *ends[:1]] if length is None else ids[:length]
    return Answer(text=text, prompt_ids=tuple(before), ids=tuple(ids))


def check_kept(chat: ChatTokenizer, turns: Sequence[Turn], ids: Sequence[int], *, source: str) -> None:
    """Raise `BadData` unless the text of every turn is in a prompt; the reasoning of an answer need not be."""
    rendered = chat.decode(ids)
    for number, turn in enumerate(turns, start=1):
        text = turn.text
        if turn.role == "assistant":
            text = split_reasoning(text, opened=False)[1] or ""
        if text.strip() not in rendered:
            raise BadData(
                f"{source}: the chat template of {chat.name} drops turn {number} ({turn.role}): the model would not be "
                "trained on what it is said to have read. Remove the turn, or use a template that keeps it."
            )
