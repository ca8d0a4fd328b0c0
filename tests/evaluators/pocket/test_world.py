"""The pocket world: its questions, its tokenizers, its trainer, and the models packaged with the library."""

import json
from itertools import count, islice
from pathlib import Path
from random import Random

import pytest
from symposia.agents.errors import BadData, Twice, UnknownName
from symposia.agents.message import Turn
from symposia.agents.models import pocket
from symposia.evaluators.pocket import CORE, SKILLS, SPLITS, arithmetic, composition, graphs, lookup, problems, strings
from symposia.evaluators.pocket.split import split_of
from symposia.evaluators.tasks import pocket as task


def questions(skill: str, split: str, count: int = 300) -> set[str]:
    return {problem.question for problem in islice(problems(skill, split), count)}


@pytest.mark.parametrize("skill", SKILLS)
def test_no_item_is_in_two_splits(skill: str) -> None:
    train, dev, test = (questions(skill, split) for split in SPLITS)
    assert train.isdisjoint(dev | test)
    assert dev.isdisjoint(test)
    assert all(split_of(question) == "test" for question in test)


@pytest.mark.parametrize("skill", SKILLS)
def test_the_same_seed_gives_the_same_problems_and_another_seed_others(skill: str) -> None:
    first, again, other = (list(islice(problems(skill, "dev", seed), 20)) for seed in (0, 0, 1))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("operation", "answer"),
    [("reverse", "a c k"), ("sort", "a c k"), ("last of", "a"), ("drop first of", "c a")],
)
def test_operations_on_letters(operation: str, answer: str) -> None:
    assert strings.apply(operation, ["k", "c", "a"]).answer == answer


def test_a_walk_follows_the_arrows() -> None:
    arrows = dict(zip("abcdef", "cadcab", strict=True))
    assert graphs.walk(arrows, "a", 2).question == "graph a > c b > a c > d d > c e > a f > b : 2 steps from a"
    assert graphs.walk(arrows, "a", 2).answer == "d"
    assert graphs.walk(arrows, "f", 1).answer == "b"


def test_a_table_is_read_by_its_keys() -> None:
    table = dict(zip("abcdef", (12, 30, 77, 45, 12, 90), strict=True))
    asked = lookup.value_of(table, "c")
    assert asked.question == "table a = 12 b = 30 c = 77 d = 45 e = 12 f = 90 : c"
    assert asked.answer == "77"


def test_the_larger_number_comes_first_in_a_difference() -> None:
    assert arithmetic.compute(27, "-", 345).question == "compute 345 - 27"
    assert arithmetic.compute(27, "-", 345).answer == "318"
    assert arithmetic.compute(345, "+", 278).answer == "623"


def test_the_second_step_of_a_composition_is_asked_with_the_first_answer() -> None:
    for problem in islice(problems("composition", "dev"), 50):
        first, second = problem.steps
        assert composition.second_question(problem, first.answer) == second.question
        assert second.answer == problem.answer


def test_every_option_of_a_choice_is_different_and_one_is_right() -> None:
    for problem in islice(problems("choice", "dev"), 100):
        options = [line[3:] for line in problem.question.splitlines()[1:]]
        assert len(set(options)) == 4
        assert problem.answer in "ABCD"


def test_the_mixture_takes_the_core_skills_in_turn() -> None:
    items = task.load(split="test", limit=8)
    assert [item.group for item in items] == [*CORE, *CORE]


def test_a_larger_limit_begins_with_what_a_smaller_one_has() -> None:
    assert task.load(split="dev", limit=20)[:8] == task.load(split="dev", limit=8)


def test_an_answer_may_have_other_spaces_but_no_other_words() -> None:
    item = next(item for item in task.load(split="dev", limit=4) if item.group == "strings")
    assert task.grade(item, f"  {item.gold.replace(' ', '  ')}\n") == 1.0
    assert task.grade(item, f"{item.gold} indeed") == 0.0
    assert task.read(item, "  ") is None


def test_a_choice_is_read_from_its_letter() -> None:
    (item,) = task.load(split="dev", limit=1, skills=["choice"])
    assert task.read(item, "B. 30") == "B"


def test_the_task_says_what_it_cannot_do() -> None:
    with pytest.raises(UnknownName, match=r"^pocket: no skill named 'string'\. Did you mean 'strings'\? Known: "):
        task.load(split="dev", skills=["string"])
    with pytest.raises(UnknownName, match=r"^pocket: no split named 'tset'\. Did you mean 'test'\?"):
        task.load(split="tset")
    with pytest.raises(Twice, match=r"^pocket: skill named twice: graphs\."):
        task.load(split="dev", skills=["graphs", "graphs"])
    with pytest.raises(BadData, match=r"^pocket: no skills\. Name one or more of arithmetic, "):
        task.load(split="dev", skills=[])
    with pytest.raises(BadData, match=r"^pocket: data 'x' is given, but its items are generated\. Leave data out\.$"):
        task.load(split="dev", data="x")


def test_the_packaged_models() -> None:
    assert pocket.names() == [
        *("arithmetic", "base", "foreign", "generalist", "graphs", "judge"),
        *("lookup", "mentor", "reward", "strings", "user"),
    ]


def test_an_unknown_model_is_named_with_what_is_near() -> None:
    with pytest.raises(UnknownName, match=r"^pocket: no model named 'graph'\. Did you mean 'graphs'\? Known: "):
        pocket.path("graph")


def test_an_adapter_lies_on_its_parent() -> None:
    assert pocket.resolve("strings") == f"{pocket.path('base')}+{pocket.path('strings')}"
    assert pocket.resolve("graphs") == str(pocket.path("graphs"))


def test_all_weights_together_are_small() -> None:
    assert sum(file.stat().st_size for file in pocket.FOLDER.rglob("*") if file.is_file()) <= 25_000_000


@pytest.mark.parametrize("name", ["base", "foreign"])
@pytest.mark.parametrize("text", ["sort k c a", " two  spaces ", "Größe: 日本\n\t[[done]]", ""])
def test_any_text_is_encoded_without_loss(name: str, text: str) -> None:
    from symposia.trainers.pocket.network import tokenizer_of

    tokenizer = tokenizer_of(pocket.path(name))
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text


def test_training_reads_conversations_as_the_chat_template_writes_them() -> None:
    from symposia.trainers.pocket.example import prompt_ids
    from symposia.trainers.pocket.network import tokenizer_of

    tokenizer = tokenizer_of(pocket.path("base"))
    turns = tuple(Turn(role=role, text="sort k c a") for role in ("system", "user", "assistant", "user"))
    chat = [{"role": turn.role, "content": turn.text} for turn in turns]
    expected = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=False)
    assert prompt_ids(tokenizer.backend_tokenizer, turns) == expected


@pytest.mark.parametrize("name", [name for name in pocket.names() if pocket.card(name)["kind"] != "reward"])
def test_a_model_is_as_accurate_as_its_card_says(name: str) -> None:
    """A hundred items of each skill it is good at: further below its card than that is not chance."""
    from symposia.trainers.pocket.measure import answered, held_out
    from symposia.trainers.pocket.network import read, tokenizer_of

    model, tokenizer = read(pocket.path(name)), tokenizer_of(pocket.path(name))
    for skill in CORE:
        stated = pocket.card(name)["accuracy"][skill]
        right = sum(answered(model, tokenizer, held_out(skill, 50)))
        assert stated["low"] - 0.2 <= right / 50 <= stated["high"] + 0.2


def test_an_interrupted_training_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    import torch
    from symposia.trainers.pocket.example import Encoded, asked, encode
    from symposia.trainers.pocket.learn import answer_loss, learn
    from symposia.trainers.pocket.network import read, tokenizer_of
    from symposia.trainers.pocket.schedule import Scheduler

    words = tokenizer_of(pocket.path("base")).backend_tokenizer
    schedule = Scheduler(steps=4, rate=1e-3, batch=1, warmup=1, every=2)

    def trained(file: Path, stop: int) -> torch.Tensor:
        calls = count()

        def batch(rng: Random) -> list[Encoded]:
            if next(calls) == stop:
                raise KeyboardInterrupt
            return [encode(words, asked(f"sort {rng.choice('abc')}", "a"))]

        model = read(pocket.path("base"))
        learn(model, answer_loss, batch, schedule, (file, "seed"))
        return model.get_input_embeddings().weight

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "interrupted.safetensors", stop=3)
    assert torch.equal(
        trained(tmp_path / "interrupted.safetensors", stop=4), trained(tmp_path / "whole.safetensors", 4)
    )


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    from symposia.trainers.pocket.train import train

    with pytest.raises(
        UnknownName, match=r"^pocket training: no prompt named 'api/prompt_routing\.Route'\. Known: none\.$"
    ):
        train(tmp_path, {})
    with pytest.raises(UnknownName, match=r"^no pocket model named 'bas'\. Did you mean 'base'\?"):
        train(tmp_path, {}, only=("bas",))


def test_cards_and_pages_agree() -> None:
    from symposia.trainers.pocket.card import page

    for name in pocket.names():
        card = json.loads((pocket.path(name) / "card.json").read_text())
        assert (pocket.path(name) / "README.md").read_text() == page(card)
