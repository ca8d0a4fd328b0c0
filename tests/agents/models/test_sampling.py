"""agents/models/hf: sampling and text"""

import pytest
import torch
from symposia.agents.message import Sampling
from symposia.agents.models.sampling import Sampler, pick_each, warp
from symposia.agents.models.tokens import TextReader, cut, safe_length, split_reasoning
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

LOGITS = torch.randn(4, 50, generator=torch.Generator().manual_seed(0)) * 3


@pytest.mark.parametrize(("top_k", "top_p"), [(None, 1.0), (5, 1.0), (None, 0.8), (7, 0.5), (1, 1.0), (99, 0.01)])
def test_warping_is_that_of_transformers(top_k: int | None, top_p: float) -> None:
    theirs = LogitsProcessorList([TemperatureLogitsWarper(0.7)])
    theirs += [TopKLogitsWarper(top_k)] if top_k else []
    theirs += [TopPLogitsWarper(top_p)] if top_p < 1 else []
    ours = warp(LOGITS, [Sampling(temperature=0.7, top_k=top_k, top_p=top_p)] * 4)
    assert torch.allclose(ours, theirs(None, LOGITS), atol=1e-6)


def test_rows_are_warped_each_by_its_own_sampling() -> None:
    samplings = [Sampling(temperature=1 + row, top_k=1 + row, top_p=1 - 0.2 * row) for row in range(4)]
    together = warp(LOGITS, samplings)
    assert [torch.equal(together[row], warp(LOGITS[row : row + 1], [samplings[row]])[0]) for row in range(4)] == [
        True
    ] * 4


def test_tokens_come_as_often_as_they_are_likely() -> None:
    sampler = Sampler(Sampling(temperature=1, seed=5))
    logits = torch.tensor([0.1, 0.2, 0.0, 0.7]).log()
    drawn = torch.tensor([sampler.pick(logits) for _ in range(4000)]).bincount(minlength=4)
    assert torch.allclose(drawn / 4000, logits.exp(), atol=0.03)
    assert drawn[2] == 0


def test_a_sampler_picks_the_same_alone_and_in_a_batch() -> None:
    samplings = [Sampling(temperature=float(row), seed=row, top_p=0.9) for row in range(4)]
    together, _ = pick_each(LOGITS, [Sampler(sampling) for sampling in samplings])
    alone = [Sampler(sampling).pick(row) for sampling, row in zip(samplings, LOGITS, strict=True)]
    assert together == alone


def test_seeds_that_share_their_low_bits_are_different_seeds() -> None:
    one, other = Sampler(Sampling(seed=7)), Sampler(Sampling(seed=7 + 2**32))
    assert one.threshold() != other.threshold()


def byte_text(ids: tuple[int, ...]) -> str:
    """Bytes as text, as tokenizers decode them."""
    return bytes(ids).decode(errors="replace")


def test_a_character_appears_when_its_last_byte_does() -> None:
    reader = TextReader(byte_text)
    seen = []
    for byte in "a€b".encode():
        reader.push((byte,))
        seen.append(reader.text)
    assert seen == ["a", "a", "a", "a€", "a€b"]


def test_text_read_at_once_is_text_read_piece_by_piece() -> None:
    piecewise = TextReader(byte_text)
    for byte in "naïve 日本".encode()[:-1]:
        piecewise.push((byte,))
    at_once = TextReader(byte_text)
    at_once.push(tuple("naïve 日本".encode()[:-1]))
    assert piecewise.end() == at_once.end() == "naïve 日"


@pytest.mark.parametrize(
    ("text", "stops", "before"),
    [("one two", ("t", " "), "one"), ("one", ("x",), None), ("one", (), None), ("one", ("one",), "")],
)
def test_a_text_is_cut_at_the_first_stop_string(text: str, stops: tuple[str, ...], before: str | None) -> None:
    assert cut(text, stops) == before


@pytest.mark.parametrize(
    ("text", "opened", "parts"),
    [
        ("four", False, (None, "four")),
        ("<think>2+2</think>four", False, ("2+2", "four")),
        ("2+2</think>four", True, ("2+2", "four")),
        ("a</think>b</think>c", False, ("a</think>b", "c")),
        ("2+", True, ("2+", None)),
        ("\n<think>2+", False, ("2+", None)),
    ],
)
def test_reasoning_ends_at_the_last_close_tag(text: str, opened: bool, parts: tuple[str | None, str | None]) -> None:
    assert split_reasoning(text, opened=opened) == parts


@pytest.mark.parametrize(
    ("text", "stops", "length"), [("one t", (" two",), 3), ("one", ("x",), 3), ("<thi", (), 0), ("four </th", (), 5)]
)
def test_what_may_become_a_stop_string_or_a_tag_is_not_shown(text: str, stops: tuple[str, ...], length: int) -> None:
    assert safe_length(text, stops) == length
