"""The page in a real browser: what it shows, how it is driven, and that what models wrote does no harm."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask
from symposia.agents.decoding.combine import Mean
from symposia.agents.decoding.messages import Decode, Decoded
from symposia.agents.event import CONDUCTOR
from symposia.agents.message import Sampling
from symposia.agents.trace import Trace
from symposia.scenarios.viewing import serving
from symposia.scenarios.viewing.document import document
from symposia.scenarios.viewing.page import page as page_of
from symposia.tests.support.viewed import browsing, looking, written_run

HOSTILE = (
    "<script>window.harmed = 1</script></script><img src=x onerror='window.harmed = 2'>"
    "<!-- --><style>*{display:none}</style>\x1b[31mred\x1b[0m \u202egnihton\u2069 \x00nul &lt;b&gt; ${harm} ]]>"
)
CURSOR = ".meters [data-meter=message] b"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as found:
        yield found


def file_of(tmp_path: Path, *directories: Path) -> str:
    """The page of runs as a file, by its address."""
    path = tmp_path / "page.html"
    path.write_text(page_of(document(directories)))
    return path.as_uri()


@pytest.fixture
def debate(tmp_path: Path) -> str:
    answers = {"arithmetic": ["4", "5"], "strings": ["22", "4"]}
    return file_of(tmp_path, written_run(tmp_path / "debate", answers))


def text(page: Any, where: str) -> str:
    """The text of the first element at a selector."""
    return str(page.inner_text(where))


def test_a_click_on_a_message_moves_the_one_cursor(browser: Any, debate: str) -> None:
    with looking(browser, debate) as page:
        assert text(page, CURSOR) == "8"
        page.click(".message >> nth=1")
        assert text(page, CURSOR) == "2"
        assert text(page, ".detail .text") == "4"
        assert page.locator(".message.later").count() == 6
        assert text(page, "[data-meter=tokens] b") == "9"


def test_the_graph_counts_what_was_sent_up_to_the_cursor(browser: Any, debate: str) -> None:
    with looking(browser, debate) as page:
        edge = page.locator(".edge title").filter(has_text="arithmetic → conductor")
        assert edge.text_content().startswith("arithmetic → conductor: 2 messages, 18 tokens")
        page.focus("body")
        page.keyboard.press("Home")
        assert edge.text_content().startswith("arithmetic → conductor: 0 messages")
        assert page.locator(".edge.dead").count() == 2  # the ring, which no message took


def test_it_plays_from_the_beginning_and_pauses(browser: Any, debate: str) -> None:
    with looking(browser, debate) as page:
        page.select_option("[aria-label=speed]", "16")
        page.click(".play")
        assert page.is_visible("[aria-label=pause]")
        page.wait_for_function(f"() => +document.querySelector('{CURSOR}').textContent === 8")
        page.wait_for_selector("[aria-label=play]")


def test_the_keyboard_drives_it(browser: Any, debate: str) -> None:
    with looking(browser, debate) as page:
        for key, at in (("Home", "1"), ("ArrowRight", "2"), ("ArrowRight", "3"), ("ArrowLeft", "2"), ("End", "8")):
            page.keyboard.press(key)
            assert text(page, CURSOR) == at
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "filter"
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[open]", state="detached")
        page.keyboard.press("Home")
        page.keyboard.press("Space")
        page.wait_for_function(f"() => +document.querySelector('{CURSOR}').textContent > 1")


def test_a_filter_leaves_the_messages_with_its_words_or_badge(browser: Any, debate: str) -> None:
    with looking(browser, debate) as page:
        page.fill("#filter", "22")
        page.wait_for_function("() => document.querySelectorAll('.message').length === 1")
        page.fill("#filter", "")
        page.click(".chip.badge-gave_up_right")
        page.wait_for_function("() => document.querySelectorAll('.message').length === 1")
        assert "5" in text(page, ".message .said")


def test_a_click_on_the_timeline_finds_its_message(browser: Any, debate: str) -> None:
    with looking(browser, debate) as page:
        assert "4 calls" in text(page, ".timeline")
        assert "the critical path has" in text(page, ".timeline")
        box = page.locator(".lanes").bounding_box()
        page.mouse.click(box["x"] + 113, box["y"] + 30)
        assert text(page, CURSOR) in ("1", "2")


def test_the_budget_is_told_by_agent_round_and_edge(browser: Any, debate: str) -> None:
    with looking(browser, debate) as page:
        page.click("role=tab[name=Budget]")
        tables = text(page, ".tab-page")
        assert "arithmetic\t2\t14\t4" in tables
        assert "turn 1\t2\t14\t4" in tables
        assert "done" in tables


def test_two_runs_are_beside_each_other_with_their_first_divergence(browser: Any, tmp_path: Path) -> None:
    before = written_run(tmp_path / "before", {"arithmetic": ["5", "5"], "strings": ["22", "4"]})
    after = written_run(tmp_path / "after", {"arithmetic": ["5", "4"], "strings": ["4", "4"]})
    with looking(browser, file_of(tmp_path, before, after)) as page:
        page.select_option(".top select", "1")
        page.click("role=tab[name=Compare]")
        assert "The first divergence is event 3 (event 3 before)" in text(page, ".side-by-side")
        assert page.locator(".sides.first .said").all_inner_texts() == ["22", "4"]
        assert "Fixed: 1" in text(page, ".tab-page")
        assert "+100.0 points" in text(page, ".tab-page")


def test_a_fork_without_a_server_is_a_command_to_copy(browser: Any, debate: str) -> None:
    with looking(browser, debate) as page:
        page.click(".fork summary")
        page.fill(".fork textarea", "it's 6")
        command = text(page, ".command")
        assert command.startswith("symposia fork '/")
        assert "7 'it'\\''s 6' --out" in command


def test_a_token_says_how_likely_each_model_found_it(browser: Any, tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    decode = Decode(prompt=Ask(text="2 + 2?"), peers=("amber", "blue"), method=Mean(), sampling=Sampling())
    asked = trace.add(None, "test/0", (CONDUCTOR, "decoder"), 0, decode)
    both = {"amber": (-0.1,), "blue": (-2.3,)}
    answer = Answer(text="4", ids=(9,), logprobs=(-0.7,))
    trace.add(
        asked.seq, "test/0", ("decoder", CONDUCTOR), 0, Decoded(answer=answer, peer_logprobs=both, divergence=(0.4,))
    )
    trace.close()
    with looking(browser, file_of(tmp_path, tmp_path)) as page:
        page.hover(".piece")
        told = text(page, ".inspect")
        assert "probability 0.497" in told
        assert "0.905" in told
        assert "0.100" in told
        assert "no tokens that were not picked" in told


def test_what_a_model_wrote_is_never_markup(browser: Any, tmp_path: Path) -> None:
    directory = written_run(tmp_path / HOSTILE.replace("/", "")[:30].replace("\x00", ""), {"arithmetic": [HOSTILE]})
    with looking(browser, file_of(tmp_path, directory)) as page:
        shown = page.text_content(".detail .text")
        assert shown == "".join("\ufffd" if one in "\x00\x1b\u202e\u2069" else one for one in HOSTILE)
        for tab in ("Budget", "Compare", "About", "Conversation"):
            page.click(f"role=tab[name={tab}]")
        assert page.evaluate("window.harmed") is None
        assert page.locator("#app script, #app img, #app style").count() == 0
        assert page.is_visible(".detail")


def test_a_line_of_a_megabyte_is_shown_in_part(browser: Any, tmp_path: Path) -> None:
    with looking(browser, file_of(tmp_path, written_run(tmp_path / "run", {"arithmetic": ["x" * (1 << 20)]}))) as page:
        assert len(page.text_content(".detail .text")) == 6000
        page.click("text=Show all 1,048,576 characters")
        assert len(page.text_content(".detail .text")) == 1 << 20
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("tab", ["Conversation", "Budget", "Compare", "About"])
def test_a_narrow_page_is_not_scrolled_sideways(browser: Any, debate: str, tab: str) -> None:
    with looking(browser, debate, width=400) as page:
        page.click(f"role=tab[name={tab}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_training_shows_what_was_rewarded_and_what_had_no_loss(browser: Any, tmp_path: Path) -> None:
    line = {"step": 1, "row": 0, "policy": "student@0", "text": "four", "finish": "eos", "tokens": 2}
    lines = [{**line, "reward": 1.0, "advantage": 0.5}, {**line, "reward": None, "advantage": None}]
    (tmp_path / "rollouts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    (tmp_path / "curve.jsonl").write_text("".join(json.dumps({"step": n, "reward": n / 3}) + "\n" for n in range(3)))
    with looking(browser, file_of(tmp_path, tmp_path)) as page:
        assert page.locator(".rollout .mask.up").count() == 1
        assert page.locator(".rollout .mask.masked").count() == 1
        assert page.locator("svg.chart polyline").count() == 1


def test_nothing_is_loaded_from_elsewhere(tmp_path: Path) -> None:
    built = page_of(None)
    assert "default-src 'none'" in built
    assert "unsafe" not in built.split("Content-Security-Policy")[1].split(">")[0]
    assert "src=" not in built.split("<script>")[0]


def test_the_page_is_built_from_its_sources() -> None:
    """`make page` builds it; a checkout has the sources, the wheel has the page alone."""
    folder = Path(serving.__file__).parent / "page" / "src"
    if not folder.is_dir():
        pytest.skip("the sources of the page are not in a wheel")
    found = sha256()
    for path in sorted(folder.iterdir()):
        found.update(f"{path.name}\n".encode() + path.read_bytes())
    assert f'<meta name="sources" content="{found.hexdigest()}">' in page_of(None)
