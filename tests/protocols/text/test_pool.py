"""text/pool: distributions over options are pooled."""

from collections.abc import Sequence
from math import exp, log

import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.message import Choice
from symposia.agents.turn import Turn
from symposia.protocols.text import pool
from symposia.tests.support.doubles import Scoring
from symposia.trainers.search.pool_weights import fitted

SKY = Ask(text="The sky?\nA) red\nB) green\nC) blue\nD) none")
THREE = ((0.70, 0.20, 0.05, 0.05), (0.30, 0.50, 0.10, 0.10), (0.25, 0.55, 0.10, 0.10))


class Fixed:
    """A model with fixed probabilities of letters, or of options by their first word; keeps what it was asked."""

    name = "fixed"

    def __init__(self, *shares: float, **by_word: float) -> None:
        self.shares, self.by_word, self.asked = shares, by_word, []  # type: ignore[var-annotated]

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        self.asked.append(turns[-1].text)
        lines = [line[3:] for line in turns[-1].text.splitlines() if line[1:3] == ") "]
        shares = [self.by_word[word] for word in lines] if self.by_word else self.shares
        return Choice(labels=tuple(labels), logprobs=tuple(log(one) if one else -1e9 for one in shares))

    async def write(self, *_: object) -> None:
        raise AssertionError("it is not asked to write")

    open = decode = encode = write
    vocabulary = None


def team(*members: Sequence[float]) -> Team[Fixed]:
    return Team({f"m{at}": Fixed(*shares) for at, shares in enumerate(members)})


@pytest.mark.parametrize(
    ("weights", "of", "found"),
    [
        ((1, 1, 1), "probabilities", (0.4167, 0.4167, 0.0833, 0.0833)),
        ((1 / 3,) * 3, "logs", (0.4099, 0.4163, 0.0869, 0.0869)),
        ((1, 1, 1), "logs", (0.4839, 0.5069, 0.0046, 0.0046)),
        ((1, 0.5, 0.5), "logs", (0.6253, 0.3421, 0.0163, 0.0163)),
        ((2, 1, 1), "logs", (0.7688, 0.2301, 0.0005, 0.0005)),
    ],
)
def test_the_pool_is_the_one_computed_by_hand(weights: Sequence[float], of: str, found: Sequence[float]) -> None:
    table = [[log(one) for one in row] for row in THREE]
    assert pool.pooled(table, weights, of) == pytest.approx(found, abs=1e-4)


@pytest.mark.parametrize(
    ("options", "letter"),
    [
        ({}, "B"),
        ({"of": "probabilities"}, "A"),
        ({"weights": (1.0, 0.5, 0.5)}, "A"),
        ({"weights": (0.0, 0.0, 1.0)}, "B"),
    ],
)
async def test_the_likeliest_option_of_the_pool_is_the_answer(options: dict[str, object], letter: str) -> None:
    assert (await pool.answer(team(*THREE), SKY, **options)).text == letter


async def test_one_member_is_its_own_favourite_and_is_asked_once() -> None:
    members = team(THREE[0])
    assert (await pool.answer(members, SKY)).text == "A"
    assert members.models["m0"].asked == [f"{SKY.text}\n\nReply with the letter of the right option and nothing else."]


@pytest.mark.parametrize(("floor", "letter"), [(0.0, "B"), (0.1, "A")])
async def test_a_floor_keeps_one_member_from_a_veto(floor: float, letter: str) -> None:
    members = team((0.9, 0.1, 0, 0), (0.9, 0.1, 0, 0), (0.0, 0.4, 0.3, 0.3))
    assert (await pool.answer(members, SKY, floor=floor)).text == letter


async def test_orders_cancel_position_bias_and_a_known_option_stays_where_it_is_listed() -> None:
    biased = Team({"m": Fixed(0.7, 0.1, 0.1, 0.1)})
    (row,) = await pool.distributions(biased, SKY, pool.Options(orders=4))
    assert [exp(one) for one in row] == pytest.approx([0.25] * 4)
    knowing = Team({"m": Fixed(red=0.1, green=0.1, blue=0.7, none=0.1)})
    assert (await pool.answer(knowing, SKY, orders=2)).text == "C"
    assert "A) blue\nB) none\nC) red\nD) green" in knowing.models["m"].asked[1]


def test_copies_of_a_model_share_their_weight() -> None:
    rows = [[log(one) for one in row] for row in ((0.8, 0.2), (0.2, 0.8))]
    right = [0, 0, 0, 1, 1]
    tables = [[rows[at % 2]] for at in (0, 0, 1, 1, 1)]
    alone = fitted(tables, right, ridge=0.0)
    twice = fitted([[one, one] for (one,) in tables], right, ridge=0.0)
    assert sum(twice) == pytest.approx(alone[0], abs=1e-3)
    assert twice[0] == pytest.approx(twice[1])
    assert alone[0] == pytest.approx(1.0, abs=1e-3)


class Letters(Scoring):
    """A dev split of twelve questions of which C is right."""

    def __init__(self, right: str = "C") -> None:
        self.right = right
        self.questions = [SKY] * 12

    async def grade(self, position: int, text: str) -> float:
        return float(text in self.right)


async def test_a_member_that_is_right_on_dev_outweighs_the_others() -> None:
    wrong = (0.8, 0.1, 0.05, 0.05)
    members = team(wrong, wrong, (0.2, 0.2, 0.5, 0.1))
    assert (await pool.answer(members, SKY)).text == "A"
    prepared = await pool.prepare(members, Letters(), weights="fitted")
    assert (await pool.answer(prepared, SKY, weights="fitted")).text == "C"


async def test_bad_weights_and_questions_are_refused() -> None:
    with pytest.raises(BadScenario, match="the task has no dev split"):
        await pool.prepare(team(*THREE), None, weights="fitted")
    with pytest.raises(BadScenario, match="no dev question has one right option"):
        await pool.prepare(team(*THREE), Letters(right="CD"), weights="fitted")
    with pytest.raises(BadScenario, match="fitted weights of probabilities"):
        await pool.prepare(team(*THREE), Letters(), weights="fitted", of="probabilities")
    with pytest.raises(BadScenario, match="for 3 members"):
        await pool.answer(team(*THREE), SKY, weights=(0.0, 0.0, 0.0))
    with pytest.raises(BadScenario, match="a question lists no options"):
        await pool.answer(team(*THREE), Ask(text="2 + 2?"))
