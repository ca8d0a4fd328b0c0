"""Greedy texts that are proven from the likeliest tokens of each model."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import torch
from symposia.agents import Sampling
from symposia.agents.decoding.certificate import Certificate, Place, certify
from symposia.agents.decoding.combine import Combine, Mean
from symposia.agents.errors import CallFailed
from symposia.agents.models.served.listed import Listed
from symposia.protocols.logit.decoding.contrast import Contrast


class Shown:
    """A model of which a table is known, that shows its `top` likeliest tokens; it notes what it is asked again."""

    def __init__(self, row: Sequence[float], top: int | None, most: int | None = None) -> None:
        self.whole = torch.tensor(row).log()
        self.top = top
        self.most = most
        self.asked: list[Any] = []
        self.now = Listed.of(self._likeliest(top or len(row)), top)

    def _likeliest(self, top: int) -> dict[int, float]:
        values, ids = self.whole.topk(top)
        return dict(zip(ids.tolist(), values.tolist(), strict=True))

    @property
    def row(self) -> torch.Tensor:
        return self.now.logits(len(self.whole))

    def bounds(self, session: Any, length: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.now.bounds(len(self.whole))

    def listed(self, session: Any, length: int) -> Sequence[int]:
        return self.now.ids

    def shown(self, top: int) -> int | None:
        return min(top, self.most or top) if min(top, self.most or top) < len(self.whole) else None

    async def list_tokens(self, places: Sequence[Any], wanted: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        self.asked.append(("tokens", list(wanted[0])))
        self.now = self.now.with_more({token: float(self.whole[token]) for token in wanted[0]})
        return [self.row]

    async def list_likeliest(self, places: Sequence[Any], top: int) -> list[torch.Tensor]:
        self.asked.append(("top", top))
        self.now = Listed.of(self._likeliest(min(top, len(self.whole))), self.shown(top)).with_more(self.now.logprobs)
        return [self.row]


class Peer:
    """What a certificate needs of a participant."""

    def __init__(self, model: Any) -> None:
        self.model, self.host, self.session = model, id(model), object()
        self.ids: list[int] = []
        self.prompt_ids = (0,)


class Text:
    """What a certificate needs of a joint text."""

    def __init__(self, models: Mapping[str, Any], sampling: Sampling) -> None:
        self.participants = {name: Peer(model) for name, model in models.items()}
        self.sampling = sampling
        self.counts: dict[str, int] = {}

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


def proven(combine: Combine, **models: Shown) -> tuple[Certificate, dict[str, int], int]:
    """The certificate of one next token, its counts, and the token that the rows then give."""
    certificate = Certificate.of(Text(models, Sampling()), combine)  # type: ignore[arg-type]
    assert certificate is not None
    rows = tuple(model.row for model in models.values())
    certificate.begin([rows])
    asyncio.run(certify([certificate]))
    certificate.settle(1)
    return certificate, certificate.text.counts, int(combine(torch.stack(rows)).argmax())


# Of the first model's tokens the second knows the third, which is the best of both together; the two likeliest of each
# are others.
FIRST = (0.40, 0.25, 0.24, 0.01, 0.01, 0.09)
SECOND = (0.01, 0.01, 0.24, 0.40, 0.25, 0.09)


def test_a_token_that_all_like_best_is_proven_at_once() -> None:
    one, other = Shown((0.7, 0.1, 0.1, 0.1), 2), Shown((0.6, 0.2, 0.1, 0.1), 2)
    _, counts, token = proven(Mean(), one=one, other=other)
    assert (counts, token) == ({"certified": 1}, 0)
    assert one.asked == other.asked == []


def test_each_model_is_asked_for_what_the_others_listed() -> None:
    one, other = Shown((0.5, 0.2, 0.15, 0.05, 0.05, 0.05), 1), Shown((0.1, 0.5, 0.2, 0.1, 0.05, 0.05), 1)
    _, _, token = proven(Mean(), one=one, other=other)
    assert (one.asked[0], other.asked[0]) == (("tokens", [1]), ("tokens", [0]))
    assert token == int((one.whole + other.whole).argmax()) == 1


def test_where_that_is_not_enough_twice_as_many_are_asked_for() -> None:
    """The best token together is the third of both: neither lists it among its first two."""
    one, other = Shown(FIRST, 2), Shown(SECOND, 2)
    _, counts, token = proven(Mean(), one=one, other=other)
    assert [kind for kind, _ in one.asked] == ["tokens", "top"]
    assert one.asked[1] == other.asked[1] == ("top", 4)
    assert (counts, token) == ({"certified": 1, "asked twice": 1}, 2)


def test_a_server_that_lists_no_more_leaves_a_token_open() -> None:
    one, other = Shown(FIRST, 2, most=2), Shown(SECOND, 2, most=2)
    certificate, counts, _ = proven(Mean(), one=one, other=other)
    assert counts == {"open": 1, "asked twice": 1}
    assert certificate.places[0].spent


def test_a_server_that_fails_when_asked_again_leaves_a_token_open() -> None:
    class Failing(Shown):
        async def list_tokens(self, places: Any, wanted: Any) -> list[torch.Tensor]:
            raise CallFailed("no")

        async def list_likeliest(self, places: Any, top: int) -> list[torch.Tensor]:
            raise CallFailed("no")

    _, counts, _ = proven(Mean(), one=Failing(FIRST, 2), other=Failing(SECOND, 2))
    assert counts == {"open": 1, "asked twice": 1}


def test_a_model_whose_distributions_are_whole_is_never_asked_again() -> None:
    whole = Shown(SECOND, None)
    _, counts, token = proven(Mean(), one=Shown(FIRST, 2), other=whole)
    assert whole.asked == []
    assert (counts["certified"], token) == (1, 2)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_proven_is_what_whole_distributions_give(seed: int) -> None:
    """Weights of both signs, ties, and more or less flat models."""
    random = torch.Generator().manual_seed(seed)
    rows = [(torch.randn(30, generator=random) * sharp).mul(4).round().div(4).softmax(-1) for sharp in (0.5, 2.0, 1.0)]
    names = ("one", "two", "three")
    for combine in (
        Mean(),
        Mean(weights=(3, 1, 2)),
        Mean(weights=(2, 0, 1)),
        Contrast(base="one", toward=("two",), away=("three",), strength=0.5, plausible=0.1),
    ):
        for top in (1, 3, 8):
            models = {name: Shown(row.tolist(), top) for name, row in zip(names, rows, strict=True)}
            _, counts, token = proven(combine, **models)
            want = combine(torch.stack([model.whole for model in models.values()]))
            assert counts["certified"] == 1
            assert want[token] == want.max()


def test_a_contrast_without_a_mask_is_not_proven() -> None:
    """A token that the model steered away from did not list may be the best, however far down."""
    contrast = Contrast(base="one", toward=(), away=("other",), strength=1.0, plausible=0.0)
    text = Text({"one": Shown(FIRST, 2), "other": Shown(SECOND, 2)}, Sampling())
    assert Certificate.of(text, contrast) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("combine", "sampling", "top"),
    [(Mean(of="probabilities"), Sampling(), 2), (Mean(), Sampling(temperature=1.0), 2), (Mean(), Sampling(), None)],
)
def test_nothing_is_proven_of_mixtures_sampled_texts_or_where_all_is_known(
    combine: Combine, sampling: Sampling, top: int | None
) -> None:
    text = Text({"one": Shown(FIRST, top), "other": Shown(SECOND, top)}, sampling)
    assert Certificate.of(text, combine) is None  # type: ignore[arg-type]


def test_only_tokens_that_the_text_took_are_counted() -> None:
    text = Text({"one": Shown(FIRST, 2)}, Sampling())
    certificate = Certificate(text, Mean())  # type: ignore[arg-type]
    certificate.places = [Place((), (), certified=True), Place((), (), asked=True), Place((), ())]
    certificate.settle(2)
    assert text.counts == {"certified": 1, "open": 1, "asked twice": 1}
