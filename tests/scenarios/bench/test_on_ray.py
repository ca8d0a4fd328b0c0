"""A bench on a Ray cluster that is started here, and what is said where there is none."""

from pathlib import Path

import pytest
from symposia.agents.errors import BadScenario
from symposia.scenarios.bench import on_ray
from symposia.scenarios.bench.on_ray import one_cell, run_on_ray
from symposia.scenarios.bench.report import report
from symposia.scenarios.bench.running import run_bench
from symposia.tests.scenarios.bench.test_bench import SMALL, opened

pytestmark = pytest.mark.long


async def test_cells_on_a_cluster_report_what_cells_in_one_process_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'symposia[ray]'")
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    bench, found = opened(tmp_path, protocols={"vote": SMALL["protocols"]["vote"]})
    heard: list[str] = []
    here = await run_bench(bench, found, tmp_path / "here")
    there = run_on_ray(bench, found, tmp_path / "small.yaml", [], tmp_path / "there", "local", heard.append)
    reports = [
        report("small", found, outcome.finished, outcome.failed, tmp_path / folder)
        for outcome, folder in ((here, "here"), (there, "there"))
    ]
    assert reports[0] == reports[1]
    assert (len(heard), there.failed, there.stopped) == (2, {}, None)


def test_a_cell_is_run_from_the_file_of_its_bench(tmp_path: Path) -> None:
    _, found = opened(tmp_path)
    given = str(tmp_path / "small.yaml"), ("tasks.pocket.limit=2",), str(tmp_path / "out")
    assert one_cell(*given, found[0].name) is None
    assert len((found[0].directory(tmp_path / "out") / "samples.jsonl").read_text().splitlines()) == 2


def test_a_machine_without_ray_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_ray, "find_spec", lambda name: None)
    bench, found = opened(tmp_path)
    with pytest.raises(BadScenario, match="Ray is not installed"):
        run_on_ray(bench, found, tmp_path / "small.yaml", [], tmp_path / "out", "local", print)
