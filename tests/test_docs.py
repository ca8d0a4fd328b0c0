"""Every block of the guide is run, in the order of its page, or says why it is not."""

import re
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from runpy import run_path
from typing import Final

import pytest
from symposia.scenarios.reporting.protocol_pages import PAGES as PROTOCOLS
from symposia.tests.support.pages import END, NOT_RUN, ROOT, blocks, guide, lines, script

GUIDE: Final = guide()
RUN: Final = [name for name, text in GUIDE.items() if any(block.runs for block in blocks(text))]
SHOWN: Final = ("text", "toml", "ini")
"""Languages of what is shown only: outputs, drawings, other programs' files."""


@pytest.mark.long
@pytest.mark.parametrize("name", RUN)
def test_the_guide_does_what_it_shows(name: str, tmp_path: Path) -> None:
    page = blocks(GUIDE[name])
    program = tmp_path / "page.py"
    program.write_text(script(page), encoding="utf-8")
    out, err = StringIO(), StringIO()
    with chdir(tmp_path), redirect_stdout(out), redirect_stderr(err):
        run_path(str(program), run_name=Path(name).stem)
    assert err.getvalue() == ""
    assert out.getvalue().split(END)[:-1] == [
        block.printed for block in page if block.runs and block.language == "python"
    ]


@pytest.mark.parametrize("name", GUIDE)
def test_a_block_is_run_or_says_why_not(name: str) -> None:
    page = blocks(GUIDE[name])
    used = "\n".join(block.text for block in page if block.runs and block.language in ("python", "sh"))
    for block in page:
        if block.language in SHOWN:
            assert not re.search(r"^(symposia|python|import|from|pip) ", block.text, flags=re.M), block.text
        elif not block.runs:
            assert block.title.startswith(NOT_RUN), block
            assert len(block.title) > len(NOT_RUN), block
        elif block.language == "sh":
            assert all(line.startswith("symposia ") for line in lines(block)), block.text
        elif block.language in ("yaml", "json"):
            assert block.file in used, block.text


@pytest.mark.parametrize("name", GUIDE)
def test_code_is_in_fences_where_its_language_is_said(name: str) -> None:
    fenced = re.findall(r"^```", GUIDE[name], flags=re.M)
    prose = re.sub(r"^```.*?^```$", "", GUIDE[name], flags=re.M | re.S)
    assert len(fenced) == 2 * (len(blocks(GUIDE[name])) + sum(bool(one.printed) for one in blocks(GUIDE[name])))
    assert not re.search(r"\n\n    (?!- )\S", prose)


def test_a_scenario_on_a_protocols_page_is_one_of_the_library_which_the_tests_run() -> None:
    library = ROOT / "scenarios" / "library"
    pages = [path for path in PROTOCOLS.rglob("*.md") if path.name != "index.md"]
    for path in pages:
        shown = [block for block in blocks(path.read_text(encoding="utf-8")) if block.language == "yaml"]
        assert [(library / one.title).read_text(encoding="utf-8").endswith(one.text) for one in shown] == [True]
