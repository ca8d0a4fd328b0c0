"""The report as a table."""

from pathlib import Path

from symposia.scenarios.reporting.report import markdown
from symposia.tests.support.written import ran


async def test_a_report_reads_as_a_table(tmp_path: Path) -> None:
    finished = await ran(tmp_path)
    lines = markdown([finished.report]).splitlines()
    assert lines[:6] == [
        "# s.yaml",
        "",
        "text/debate on short_answer, seed 7",
        "",
        "| team | what | accuracy | cost | scored | calls | tokens | s/question |",
        "|---|---|---|---|---|---|---|---|",
    ]
    assert lines[6].startswith("| text/debate | protocol | 1.000 [0.342, 1.000] | ")
