"""A text in several hands: drafts, catching up, other tokens, half characters."""

from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Ask, Sampling
from symposia.agents.accounting import Usage
from symposia.agents.decoding import result
from symposia.agents.decoding.joint_text import JointText
from symposia.agents.decoding.participant import Participant
from symposia.agents.loading import load
from symposia.agents.models.tokens import TextReader
from symposia.tests.support.tiny import llama, tokenizer
from tokenizers import decoders, normalizers
from transformers import PreTrainedTokenizerFast

QUESTION = Ask(text="q")


def spaced(folder: Path) -> Path:
    """A model whose tokenizer puts a space before every text, as SentencePiece does, and takes it away again."""
    llama(folder, "zebra", seed=1)
    words = PreTrainedTokenizerFast.from_pretrained(folder)
    words.backend_tokenizer.normalizer = normalizers.Prepend(" ")
    words.backend_tokenizer.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Strip(" ", 1, 0)])
    words.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("models")
    return {
        "plain": load(f"hf:{llama(folder / 'plain')}"),
        "same": load(f"hf:{llama(folder / 'same', seed=2)}"),
        "other": load(f"hf:{llama(folder / 'other', 'the', 'é', seed=3)}"),
        "spaced": load(f"hf:{spaced(folder / 'spaced')}"),
    }


def text_of(models: dict[str, Any], *names: str, **sampling: Any) -> JointText:
    participants = {name: Participant(models[name], (), QUESTION) for name in names}
    return JointText(participants, Sampling(**sampling))


def write(text: JointText, name: str, words: str) -> None:
    """Have a model write these words."""
    participant = text.participants[name]
    for token in participant.model.encode(words, begins=not text.tokens):
        text.say(name, token, 0.0)


async def test_what_is_kept_of_a_draft_is_not_read_again(models: dict[str, Any]) -> None:
    text = text_of(models, "plain")
    draft = await text.draft("plain", 5)
    text.keep(draft)
    await text.next("plain")
    participant = text.participants["plain"]
    # Five tokens were read one by one to be drafted, but for the last; then the last.
    assert participant.usage == Usage(prompt_tokens=len(participant.prompt_ids), completion_tokens=6, calls=1)


async def test_a_draft_that_is_not_kept_leaves_no_trace(models: dict[str, Any]) -> None:
    drafted, fresh = text_of(models, "plain", "same"), text_of(models, "plain", "same")
    await drafted.draft("plain", 7)
    await drafted.label_logprobs("plain", "(A) or (B)? (", ("A", "B"))
    for text in (drafted, fresh):
        write(text, "same", "ab")
    after, alone = await drafted.next("plain"), await fresh.next("plain")
    assert (after - alone).abs().max() < 1e-4
    assert drafted.text == "ab"


async def test_models_of_one_vocabulary_exchange_ids_and_others_text(models: dict[str, Any]) -> None:
    text = text_of(models, "plain", "same", "other")
    write(text, "plain", "the")
    for name in ("same", "other"):
        await text.next(name)
    assert text.participants["same"].ids == text.participants["plain"].ids
    assert text.participants["other"].ids == tokenizer("the", "é").encode("the")


async def test_a_tokenizer_that_begins_every_text_with_a_space_puts_none_in_the_middle(models: dict[str, Any]) -> None:
    spaced_model = models["spaced"]
    begin, rest = spaced_model.encode("the", begins=True), spaced_model.encode("re are")
    assert spaced_model.decode([*begin, *rest]) == "there are"
    assert [*begin, *rest] == spaced_model.encode("there are", begins=True)
    text = text_of(models, "spaced", "plain")
    write(text, "plain", "the")
    write(text, "spaced", "re")
    write(text, "plain", " are")
    assert text.text == "there are"
    await text.next("spaced")
    assert text.participants["spaced"].ids == spaced_model.encode("there are", begins=True)


async def test_others_read_whole_characters_only(models: dict[str, Any]) -> None:
    text = text_of(models, "plain", "same", "other")
    first, second = models["plain"].encode("é")
    text.say("plain", first, 0.0)
    assert not text.whole("plain")
    await text.next("other")
    assert text.participants["other"].ids == []
    text.say("same", second, 0.0)
    assert text.text == "é"
    await text.next("other")
    assert text.participants["other"].ids == models["other"].encode("é")


async def test_the_spans_are_the_text(models: dict[str, Any]) -> None:
    text = text_of(models, "plain", "other", max_tokens=5)
    write(text, "plain", "ab")
    write(text, "other", "the")
    write(text, "plain", "cd")
    decoded = result.decoded(text)
    assert [(span.by, span.tokens, span.text) for span in decoded.spans] == [
        ("plain", 2, "ab"),
        ("other", 1, "the"),
        ("plain", 2, "cd"),
    ]
    assert (decoded.answer.text, decoded.answer.finish) == ("abthecd", "length")
    assert decoded.answer.ids == ()  # of two vocabularies


def test_a_reader_says_what_a_token_would_add() -> None:
    words = tokenizer()
    reader = TextReader(words.decode)
    first, second = words.encode("é")
    reader.push(words.encode("a"))
    assert (reader.peek(words.encode("b")[0]), reader.peek(first), reader.whole) == ("b", "", True)
    reader.push((first,))
    assert (reader.whole, reader.peek(second), reader.text) == (False, "é", "a")
    fork = reader.fork()
    fork.push((second,))
    assert (fork.text, reader.text, reader.rest()) == ("é", "a", "")


def test_a_reader_of_many_tokens_at_once_knows_what_is_complete() -> None:
    words = tokenizer()
    at_once, one_by_one = TextReader(words.decode), TextReader(words.decode)
    ids = words.encode("aé")[:-1]
    at_once.push(ids)
    for token in ids:
        one_by_one.push((token,))
    last = words.encode("é")[-1]
    assert (at_once.text, at_once.whole, at_once.peek(last)) == ("a", False, "é")
    assert (one_by_one.text, one_by_one.whole, one_by_one.peek(last)) == ("a", False, "é")


@pytest.mark.parametrize("stop", ["<user>", "b<user>", "b<user>c"])
def test_a_stop_string_that_names_a_special_token_ends_a_joint_text(models: dict[str, Any], stop: str) -> None:
    text = text_of(models, "plain", "other", stop=(stop,))
    write(text, "plain", "ab")
    text.say("plain", 260, 0.0)
    if text.finish is None:
        write(text, "other", "c")
    assert text.finish == "stop_string"
    assert result.answer_of(text).text == "ab".removesuffix(stop.partition("<user>")[0])


def test_text_of_another_model_that_spells_a_control_token_is_read_as_text(models: dict[str, Any]) -> None:
    text = text_of(models, "plain", "other")
    write(text, "plain", "a<end>b")
    ids = text.ready("other").ids
    assert models["other"].decode(ids) == "a<end>b"
    assert models["other"].vocabulary.ends[0] not in ids
