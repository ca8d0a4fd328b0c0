"""Conversations in text, tokenized once by the model's own chat template."""

import asyncio
import json
from pathlib import Path

import pytest
from symposia.agents import Sampling
from symposia.agents.errors import BadData
from symposia.agents.loading import load
from symposia.agents.models.hf.chat import ChatTokenizer, Limits
from symposia.agents.turn import Turn
from symposia.tests.support.tiny import TEMPLATE, tokenizer
from symposia.trainers.finetuning.data import read_pairs, read_prompts, read_sequences, split
from symposia.trainers.finetuning.sequence import sampled_spans
from symposia.trainers.finetuning.text import sequences_of_messages, written

TALK = (
    Turn("system", "be kind"),
    Turn("user", "red"),
    Turn("assistant", "RED"),
    Turn("user", "blue"),
    Turn("assistant", "BLUE"),
)
DROPPING = (
    "<bos>{% for message in messages %}{% if message.role != 'system' %}<{{ message.role }}>{{ message.content }}<end>"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
)
LAST_ALONE = (
    "<bos><user>{{ (messages | selectattr('role', 'equalto', 'user') | list)[-1].content }}<end>"
    "{% if add_generation_prompt %}<assistant>{% else %}<assistant>{{ messages[-1].content }}<end>{% endif %}"
)
SIGNED = (
    "<bos>{% for message in messages %}<{{ message.role }}>{{ message.content }}<end>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>Well{% endif %}"
)


def chat(template: str = TEMPLATE, context: int = 128) -> ChatTokenizer:
    """A byte tokenizer with a chat template."""
    words = tokenizer(template=template)
    return ChatTokenizer("ochre", words, "chat", Limits(context=context, ends=(words.eos_token_id,)))


def test_a_chat_is_one_sequence_with_the_loss_on_its_answers_and_their_ends() -> None:
    own = chat()
    (sequence,) = sequences_of_messages(own, TALK)
    assert list(sequence.ids) == own.transcript(TALK)
    assert [own.decode(span) for span in sampled_spans(sequence)] == ["RED", "BLUE"]
    assert [span[-1] for span in sampled_spans(sequence)] == [own.vocabulary.ends[0]] * 2


def test_a_model_reads_in_training_what_it_reads_at_inference() -> None:
    """The prompt's tokens of a row in text are those that the engine recorded, and so are the answer's."""
    model = load("pocket:base")
    turns = [Turn("user", "12 + 7 = ?")]
    said = asyncio.run(model.write(turns, Sampling(max_tokens=8)))
    again = written(model.chat, turns, said.text, source="row 1")
    assert (again.prompt_ids, again.ids) == (said.prompt_ids, said.ids)


@pytest.mark.parametrize(("template", "turn"), [(DROPPING, "turn 1 (system)"), (LAST_ALONE, "turn 1 (user)")])
def test_a_template_that_drops_turns_is_refused(template: str, turn: str) -> None:
    talk = TALK if template is DROPPING else TALK[1:]
    with pytest.raises(BadData) as error:
        sequences_of_messages(chat(template), talk, source="chats.jsonl: row 3")
    assert str(error.value) == (
        f"chats.jsonl: row 3: the chat template of ochre drops {turn}: the model would not be trained on what it is "
        "said to have read. Remove the turn, or use a template that keeps it."
    )


def test_a_template_that_leaves_out_thoughts_is_taken() -> None:
    forgetful = TEMPLATE.replace("{{ message.content }}", "{{ message.content.split('</think>')[-1] }}")
    talk = (*TALK[1:2], Turn("assistant", "<think>hm</think>RED"), *TALK[3:])
    made = sequences_of_messages(chat(forgetful), talk)
    assert [chat().decode(span) for one in made for span in sampled_spans(one)] == ["RED", "BLUE"]


def test_a_template_whose_prompt_is_not_the_beginning_of_the_whole_is_refused() -> None:
    with pytest.raises(BadData, match="does not write a finished conversation as the prompt and its answer"):
        sequences_of_messages(chat(SIGNED), TALK)


def test_a_chat_without_an_answer_is_refused() -> None:
    with pytest.raises(BadData, match="no assistant turn after another one"):
        sequences_of_messages(chat(), TALK[:2])


def test_rows_of_the_hub_and_of_records_are_read_alike(tmp_path: Path) -> None:
    own = chat()
    prompt = [{"role": "user", "content": "red"}]
    answers = [[{"role": "assistant", "content": text}] for text in ("RED", "BLUE")]
    (tmp_path / "pairs.jsonl").write_text(
        "\n".join(
            json.dumps(row)
            for row in (
                {"prompt": "red", "chosen": "RED", "rejected": "BLUE", "score_chosen": 0.9, "score_rejected": 0.1},
                {"prompt": prompt, "chosen": answers[0], "rejected": answers[1]},
                {"chosen": prompt + answers[0], "rejected": prompt + answers[1]},
            )
        )
    )
    pairs = read_pairs(tmp_path / "pairs.jsonl", own).rows
    assert len({(one.prompt_ids, one.chosen_ids, one.rejected_ids) for one in pairs}) == 1
    assert [one.gap for one in pairs] == [pytest.approx(0.8), None, None]
    (tmp_path / "recorded.jsonl").write_text("\n".join(one.model_dump_json() for one in pairs))
    assert read_pairs(tmp_path / "recorded.jsonl", own).rows == pairs


def test_rows_that_do_not_fit_in_the_context_are_counted(tmp_path: Path) -> None:
    rows = [{"prompt": "red", "completion": "RED"}, {"prompt": "red" * 30, "completion": "RED"}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = read_sequences(tmp_path / "rows.jsonl", chat(context=40))
    assert (len(found.rows), found.long) == (1, 1)


def test_sequences_and_prompts_are_read_from_parquet(tmp_path: Path) -> None:
    from datasets import Dataset

    rows = [{"messages": [{"role": turn.role, "content": turn.text} for turn in TALK]}]
    Dataset.from_list(rows).to_parquet(tmp_path / "rows.parquet")
    assert read_sequences(tmp_path / "rows.parquet", chat()).rows[0].trained == len("RED") + len("BLUE") + 2
    assert read_prompts(tmp_path / "rows.parquet")[0].turns() == TALK


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("[1]", "rows.jsonl: row 1: is not an object. Write one on each line."),
        ('{"text": "a"}', "rows.jsonl: row 1: has text. Give ids and mask, messages, or prompt and completion."),
        (
            '{"messages": [{"role": "robot", "content": "a"}]}',
            "rows.jsonl: row 1: \"[{'role': 'robot', 'content': 'a'}]\" is neither a text nor messages. Messages are a "
            "list of objects with role and content.",
        ),
        (
            '{"ids": [1, 9999], "mask": [0, 1]}',
            "rows.jsonl: row 1: no token of ochre has the id 9999. Its vocabulary has 262.",
        ),
        ('{"ids": [1], "mask": [0], "extra": 1}', "rows.jsonl: row 1: extra: Extra inputs are not permitted"),
    ],
)
def test_a_bad_row_is_named(row: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(row)
    with pytest.raises(BadData) as error:
        read_sequences(tmp_path / "rows.jsonl", chat())
    assert str(error.value) == message


def test_a_split_is_decided_by_the_seed() -> None:
    rows = list(range(100))
    train, dev = split(rows, 0.1, seed=7)
    assert sorted([*train, *dev]) == rows
    assert (split(rows, 0.1, seed=7), len(dev)) == ((train, dev), 10)
    assert split(rows, 0.1, seed=8)[1] != dev
