"""What a swarm leaves in files."""

from symposia.trainers.search.scratchpad import Scratchpad, as_the_original, of_the_search

PAD = Scratchpad(
    experts=("amber", "blue"),
    coefficients=(0.5, 0.5),
    g=(0.5, 0.7, 0.7),
    g_worst=0.1,
    particles=((0.5, 0.4, 0.3), (0.1, 0.7, 0.6)),
    stopped=((2,), ()),
    starts=((1.0, 0.0), (0.0, 1.0)),
    bests=((1.0, 0.0), (0.5, 0.5)),
)


def test_the_scratchpad_has_the_originals_keys() -> None:
    assert as_the_original(PAD) == {
        "g": 0.7,
        "g_worst": 0.1,
        "g_history": (0.5, 0.7, 0.7),
        "particle_0_now": 0.3,
        "particle_0_best": 0.5,
        "particle_0_history": (0.5, 0.4, 0.3),
        "particle_0_stopped": (2,),
        "particle_1_now": 0.6,
        "particle_1_best": 0.7,
        "particle_1_history": (0.1, 0.7, 0.6),
    }


def test_the_metrics_of_the_search() -> None:
    assert of_the_search(PAD) == {
        "starting_best_validation_utility": 0.5,
        "starting_best_particle_on_validation": 0,
        "ending_best_validation_utility": 0.7,
        "ending_best_particle_on_validation": 1,
        "g_history_improve_count": 1,
        "g_history_last_change_index": 1,
    }
