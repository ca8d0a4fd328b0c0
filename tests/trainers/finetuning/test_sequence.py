"""Training sequences by token id."""

import asyncio
from pathlib import Path
from random import Random

import pytest
from pydantic import ValidationError
from symposia.agents import Answer, Sampling
from symposia.agents.errors import BadData
from symposia.agents.loading import load
from symposia.agents.models.hf.chat import ChatTokenizer, Limits
from symposia.agents.turn import Turn
from symposia.tests.support.tiny import TEMPLATE, llama, tokenizer
from symposia.trainers.finetuning.sequence import TrainingSequence, sampled_spans, sequences_of

NEWLINES = (
    "{% for message in messages %}<{{ message.role }}>\n{{ message.content | trim }}<end>\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>\n{% endif %}"
)
FORGETFUL = (
    "<bos>{% for message in messages %}<{{ message.role }}>"
    "{% if message.role == 'assistant' %}{{ message.content.split('</think>')[-1] }}"
    "{% else %}{{ message.content }}{% endif %}<end>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def conversation(chat: ChatTokenizer, rng: Random, turns: int, *, thinks: bool) -> list[Answer]:
    """Answers as a model records them: the prompt by the chat template, then tokens as they are drawn."""
    history: list[Turn] = []
    answers = []
    for _ in range(turns):
        history.append(Turn("user", "".join(rng.choices("abc de", k=6))))
        prompt = chat.prompt(history)
        thought = chat.encode("<think>" + "".join(rng.choices("xyz", k=3)) + "</think>") if thinks else []
        # Any byte: much of it is no text that is tokenized into the same tokens again.
        ids = [*thought, *(rng.randrange(256) for _ in range(4)), chat.vocabulary.ends[0]]
        answers.append(
            Answer(text=chat.decode(ids), prompt_ids=tuple(prompt), ids=tuple(ids), logprobs=(-0.5,) * len(ids))
        )
        history.append(Turn("assistant", answers[-1].text))
    return answers


@pytest.mark.parametrize(("template", "thinks"), [(TEMPLATE, False), (NEWLINES, False), (FORGETFUL, True)])
def test_what_is_trained_is_what_was_sampled_token_by_token(template: str, thinks: bool) -> None:
    """10,000 turns over the three templates, no difference."""
    words = tokenizer(template=template)
    chat = ChatTokenizer("chat", words, "chat", Limits(context=4096, ends=(words.eos_token_id,)))
    rng = Random(7)
    turns = differences = 0
    for _ in range(834):
        answers = conversation(chat, rng, 4, thinks=thinks)
        left = iter(answers)
        for sequence in sequences_of(answers):
            end = 0
            for span in sampled_spans(sequence):
                answer = next(left)
                start = len(answer.prompt_ids)
                turns += 1
                differences += sequence.ids[:start] != answer.prompt_ids or span != answer.ids or start < end
                end = start + len(span)
            assert end == len(sequence.ids)
        assert next(left, None) is None
    assert (turns, differences) == (3336, 0)


def test_a_conversation_whose_template_only_adds_is_one_sequence() -> None:
    words = tokenizer(template=NEWLINES)
    chat = ChatTokenizer("chat", words, "chat", Limits(context=4096, ends=(words.eos_token_id,)))
    history: list[Turn] = []
    answers = []
    for word in ("red", "blue", "green"):
        history.append(Turn("user", word))
        ids = (*chat.encode(word.upper()), words.eos_token_id)
        answers.append(
            Answer(text=word.upper(), prompt_ids=tuple(chat.prompt(history)), ids=ids, logprobs=(-1.0,) * len(ids))
        )
        history.append(Turn("assistant", word.upper()))
    (sequence,) = sequences_of(answers)
    assert sequence.trained == len("RED") + len("BLUE") + len("GREEN") + 3
    assert sum(sequence.logprobs) == -sequence.trained
    assert words.decode(sequence.ids) == (
        "<user>\nred<end>\n<assistant>\nRED<end>\n<user>\nblue<end>\n<assistant>\nBLUE<end>\n<user>\ngreen<end>\n"
        "<assistant>\nGREEN<end>"
    )


def test_a_template_that_strips_thoughts_makes_a_sequence_of_each_turn() -> None:
    words = tokenizer(template=FORGETFUL)
    chat = ChatTokenizer("chat", words, "chat", Limits(context=4096, ends=(words.eos_token_id,)))
    answers = conversation(chat, Random(0), 3, thinks=True)
    made = sequences_of(answers)
    assert [sequence.ids for sequence in made] == [(*answer.prompt_ids, *answer.ids) for answer in answers]


def test_the_answers_of_a_real_model_are_trained_as_it_sampled_them(tmp_path: Path) -> None:
    model = load(f"hf:{llama(tmp_path / 'ochre', max_position_embeddings=512)}")

    async def talked(number: int) -> list[Answer]:
        history: list[Turn] = []
        answers = []
        for turn in range(3):
            history.append(Turn("user", f"{number} {turn}"))
            sampling = Sampling(temperature=1.0, max_tokens=5, seed=number)
            answers.append(await model.write(history, sampling))
            history.append(Turn("assistant", answers[-1].text))
        return answers

    for number in range(20):
        answers = asyncio.run(talked(number))
        made = sequences_of(answers)
        assert [span for sequence in made for span in sampled_spans(sequence)] == [answer.ids for answer in answers]
        assert tuple(value for one in made for value in one.logprobs if value) == tuple(
            value for answer in answers for value in answer.logprobs
        )


def test_an_answer_without_token_ids_is_refused() -> None:
    with pytest.raises(BadData) as error:
        sequences_of([Answer(text="four")], source="chat 3")
    assert str(error.value) == (
        "chat 3: answer 1: has no token ids, so what was sampled is not known. Record it with a model that shows its "
        "tokens: pocket:, hf: or smol:."
    )


def test_a_mask_that_trains_on_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="trains on nothing"):
        TrainingSequence(ids=(1, 2), mask=(0, 0))


def test_a_sequence_survives_json() -> None:
    sequence = TrainingSequence(ids=(1, 2, 3), mask=(0, 1, 1), logprobs=(0.0, -0.25, -0.5), source="chat 3")
    assert TrainingSequence.model_validate_json(sequence.model_dump_json()) == sequence
