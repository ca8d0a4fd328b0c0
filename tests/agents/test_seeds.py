"""Seeds, derived from their parts."""

from symposia.agents.seeds import derive


def test_seeds_depend_on_their_parts_alone() -> None:
    assert derive(7, "test/3/amber.0") == 2180640670024468332
    assert derive(7, "test/3/amber.1") != derive(7, "test/3/amber.0")
