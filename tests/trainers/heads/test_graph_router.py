"""The network of a graph router, and its fit."""

import pytest
import torch
from symposia.agents.outcomes import Outcomes
from symposia.trainers.heads.graph_router import Edges, Network, fitted
from symposia.trainers.heads.graph_routing import GraphRouting, scaled, targets_of

SUMS = tuple(f"compute the sum {number}" for number in range(10))
SORTS = tuple(f"sort these letters {letter}" for letter in "abcdefghij")
WRITTEN = {"adds": (1,) * 20, "sorts": (1,) * 20}
SKILLS = Outcomes(SUMS + SORTS, {"adds": (1.0,) * 10 + (0.0,) * 10, "sorts": (0.0,) * 10 + (1.0,) * 10}, WRITTEN)
NEW = ["compute the sum 77", "sort these letters x y z"]
QUICK = GraphRouting(steps=60)


def example(members: int = 3) -> Edges:
    drawn = torch.Generator().manual_seed(1)
    return Edges(
        torch.randn(6, 4, generator=drawn),
        torch.randn(members, 2, generator=drawn),
        torch.rand(6, members, 2, generator=drawn),
    )


def test_two_kinds_of_question_go_to_whom_is_good_at_them() -> None:
    assert QUICK.routed(NEW, SKILLS, QUICK.fitted(SKILLS, seed=1)) == ["adds", "sorts"]
    assert QUICK.held_out(SKILLS, seed=1) == 1.0


def test_what_a_router_is_worth_is_measured_on_questions_that_it_has_not_seen() -> None:
    texts = ("apple", "brick", "cloud", "dwarf", "eagle", "flint", "grape", "house", "inlet", "joker")
    right = (1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0)
    found = Outcomes(texts, {"a": right, "b": tuple(1 - one for one in right)}, {"a": (1,) * 10, "b": (1,) * 10})
    names = GraphRouting().routed(texts, found, GraphRouting().fitted(found, seed=1))
    assert [found.scores[name][at] for at, name in enumerate(names)] == [1.0] * 10
    assert GraphRouting().held_out(found, seed=1) < 0.8


def test_a_member_that_alone_is_right_gets_every_question() -> None:
    found = SKILLS._replace(scores={"adds": (0.0,) * 20, "sorts": (1.0,) * 20})
    assert QUICK.routed([*NEW, "what is this?"], found, QUICK.fitted(found, seed=1)) == ["sorts"] * 3


def test_a_question_is_routed_the_same_whatever_else_is_asked() -> None:
    weights = QUICK.fitted(SKILLS, seed=1)
    edges, network = example(), Network.begun(example(), 8, seed=1)
    asked = torch.randn(5, 4, generator=torch.Generator().manual_seed(2))
    assert torch.allclose(network.scores(asked, edges)[2], network.scores(asked[2:3], edges)[0])
    assert QUICK.routed(NEW, SKILLS, weights)[1:] == QUICK.routed(NEW[1:], SKILLS, weights)


def test_permuting_the_members_permutes_the_scores() -> None:
    edges, order = example(), [2, 0, 1]
    network = Network.begun(edges, 8, seed=1)
    turned = Edges(edges.questions, edges.members[order], edges.outcomes[:, order])
    asked = torch.ones(2, 4)
    assert torch.allclose(network.scores(asked, turned), network.scores(asked, edges)[:, order], atol=1e-6)


def test_a_dev_question_is_fitted_without_its_own_outcomes() -> None:
    edges, network = example(), Network.begun(example(), 8, seed=1)
    rest = Edges(edges.questions[1:], edges.members, edges.outcomes[1:])
    assert torch.allclose(network.left_out(edges)[0], network.scores(edges.questions[:1], rest)[0], atol=1e-6)
    changed = edges.outcomes.clone()
    changed[0] = 7.0
    other = network.left_out(edges._replace(outcomes=changed))
    assert torch.allclose(other[0], network.left_out(edges)[0], atol=1e-5)
    assert not torch.allclose(other[1], network.left_out(edges)[1])


def test_outcomes_on_dev_count_when_a_new_question_is_routed_unless_they_are_left_out() -> None:
    edges, network = example(), Network.begun(example(), 8, seed=1)
    better = edges._replace(outcomes=edges.outcomes + torch.tensor([1.0, 0.0]))
    asked = torch.ones(1, 4)
    assert not torch.allclose(network.scores(asked, edges), network.scores(asked, better))
    assert torch.equal(network.scores(asked, edges, dev=False), network.scores(asked, better, dev=False))
    same = edges._replace(members=torch.zeros(3, 2))
    assert network.scores(asked, same, dev=False)[0].unique().numel() == 1


def test_a_fit_lowers_the_loss_and_is_the_same_for_the_same_seed() -> None:
    edges, targets = example(), torch.eye(3).repeat(2, 1)
    begun = Network.begun(edges, 8, seed=1)

    def loss(network: Network) -> float:
        logits = network.left_out(edges)
        return float(torch.nn.functional.binary_cross_entropy_with_logits(logits, targets))

    once, again = (fitted(begun, edges, targets, steps=20, decay=0.0) for _ in range(2))
    assert loss(once) < loss(begun)
    assert once.rows() == again.rows()
    assert torch.allclose(Network.of(once.rows()).left_out(edges), once.left_out(edges), atol=1e-5)
    assert Network.begun(edges, 8, seed=2).rows() != begun.rows()


@pytest.mark.parametrize(
    ("targets", "rows"),
    [
        ("utility", [[0.5, 0.5, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.5]]),
        ("best", [[0.0, 0.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 0.0]]),
        ("first", [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),
    ],
)
def test_what_a_router_is_to_predict(targets: str, rows: list[list[float]]) -> None:
    scores = {"a": (1.0, 0.0, 2.0), "b": (1.0, 0.0, 2.0), "c": (2.0, 0.0, 1.0)}
    found = Outcomes(("1", "2", "3"), scores, dict.fromkeys("abc", (0, 0, 0)))
    assert targets_of(found, targets).tolist() == rows  # type: ignore[arg-type]


def test_outcomes_that_are_all_the_same_are_no_reason_to_fail() -> None:
    found = Outcomes(("one", "two"), {"a": (1.0, 1.0), "b": (1.0, 1.0)}, {"a": (9, 9), "b": (3, 3)})
    assert scaled(found).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert QUICK.held_out(found, seed=1) == 1.0


def test_of_equals_who_wrote_less_answers() -> None:
    found = Outcomes(("one", "two"), {"a": (1.0, 1.0), "b": (1.0, 1.0)}, {"a": (3, 3), "b": (3, 3)})
    zero = {name: tuple((0.0,) * len(row) for row in rows) for name, rows in QUICK.fitted(found, seed=1).items()}
    assert QUICK.routed(["one"], found, zero) == ["a"]
    assert QUICK.routed(["one"], found._replace(written={"a": (9, 9), "b": (3, 3)}), zero) == ["b"]
