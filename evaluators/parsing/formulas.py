r"""Formulas in LaTeX: the one spelling of many (`\dfrac`, `\left(`, `\,`), and the comparison of two by math-verify.

Reading is text alone. Comparing simplifies, which a hostile formula can make last for ever, so another process does it
(`formula_worker.py`), with a limit on its CPU time and memory: what is not found equal within them is not equal.
"""

import atexit
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import Final

from ...agents.errors import BadData
from .characters import folded
from .numbers import number_in, spelled
from .prose import first_sentence
from .words import spelled as spelled_text

LONGEST: Final = 400
"""Characters: a longer formula is not an answer."""

_SEGMENT: Final = re.compile(r"\$\$?([^$]+)\$\$?|\\\((.+?)\\\)|\\\[(.+?)\\\]")
_PROSE: Final = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{2,}\s+[A-Za-z]{2,}")
_EXPLAINED: Final = re.compile(r",?\s+(?:because|since|as|where|which|so|for|if)\b|\s*[,;]?\s*\([A-Za-z]+ ")
_NUMBER: Final = re.compile(r"[-+$.,\d\s/]*\d[.,\d]*|-?\d*\\frac\{\d+\}\{\d+\}")
_BASED: Final = re.compile(r"[\dA-F]+_\d+")
_A_WORD: Final = re.compile(r"[A-Za-z][A-Za-z ]{3,}")
_SYNONYMS: Final = (
    (re.compile(r"\\[dtc]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|textstyle|limits)(?![A-Za-z])"), ""),
    (re.compile(r"\u221e|\binfinity\b"), r"\\infty "),
    (re.compile(r"\u221a\s*(\d+|[A-Za-z])"), r"\\sqrt{\1}"),
    (re.compile(r"(?<![\\A-Za-z])pi(?![A-Za-z])"), r"\\pi "),
    (re.compile(r"_\{(\w|\d+)\}"), r"_\1"),
    (re.compile(r"(?<!\\)\\[!,;: ]|\\(?:quad|qquad)(?![A-Za-z])|~"), " "),
    (re.compile(r"\\(?:textbf|textrm|textit|mathrm|mathbf|mbox)(?=\s*\{)"), r"\\text"),
    (re.compile(r"^\\text\s*\{([^{}]*)\}$"), r"\1"),
    (re.compile(r"\\frac\s*(\d)\s*(\d)"), r"\\frac{\1}{\2}"),
    (re.compile(r"\\sqrt\s*(\d)"), r"\\sqrt{\1}"),
    (re.compile(r"\\(?:cdot|times|ast)(?![A-Za-z])"), r"\\cdot "),
    (re.compile(r"\\ge(?![A-Za-z])"), r"\\geq"),
    (re.compile(r"\\le(?![A-Za-z])"), r"\\leq"),
    (re.compile(r"\\?%|\^\s*\{?\\circ\}?|\\\$"), ""),
    (re.compile(r"[\u2212\u2013]"), "-"),
    (re.compile(r"\s+"), " "),
    (re.compile(r"(?<![A-Za-z]) | (?![A-Za-z])"), ""),
)


def formula_in(text: str) -> str | None:
    """A formula in one spelling, a number in its canonical form; None for prose, and for one that is too long."""
    segments = [next(part for part in found if part) for found in _SEGMENT.findall(text)]
    formula = _one_spelling(segments[-1] if segments else text)
    if _PROSE.search(formula):
        formula = _one_spelling(_EXPLAINED.split(first_sentence(text), maxsplit=1)[0])
    number = number_in(text) if _PROSE.search(formula) or _NUMBER.fullmatch(formula) else None
    if number is not None:
        return spelled(number)
    return None if len(formula) > LONGEST or _PROSE.search(formula) else formula or None


def _one_spelling(formula: str) -> str:
    formula = folded(formula[: LONGEST + 1])
    for pattern, synonym in _SYNONYMS:
        formula = pattern.sub(synonym, formula)
    return formula.strip(" .")


@lru_cache(maxsize=10_000)
def equal(gold: str, said: str) -> bool:
    """True if two formulas, as `formula_in` spells them, are equal by math-verify."""
    if gold == said:
        return True
    if _NUMBER.fullmatch(gold) and _NUMBER.fullmatch(said):
        return False  # math-verify rounds; numbers are compared exactly
    if _BASED.fullmatch(gold) or _BASED.fullmatch(said):
        return False  # math-verify leaves out the base
    if _A_WORD.fullmatch(gold) or _A_WORD.fullmatch(said):
        return spelled_text(gold) == spelled_text(said)  # a word is no product of its letters
    return _WORKER.ask(gold, said)


class Worker:
    """The process that compares formulas, started when there is one to compare, and again after it died of one.

    >>> worker = Worker()
    >>> worker.ask("n(n-1)", "n^2-n"), worker.ask("n(n-1)", "n^2")
    (True, False)
    >>> worker.close()
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def ask(self, gold: str, said: str) -> bool:
        """True if the process finds them equal; False as well if it dies of them.

        One that ended otherwise than by its limit of time may have been killed by others: it is asked once more.
        """
        with self._lock:
            answer = self._line(json.dumps([gold, said]))
            if not answer and self._ended() != -signal.SIGPROF:
                answer = self._line(json.dumps([gold, said]))
            if not answer:
                self.close()
        return answer.strip() == "true"

    def _ended(self) -> int | None:
        """The exit code of the process, which ends a moment after its output does; None without one."""
        return None if self._process is None else self._process.wait()

    def _line(self, question: str) -> str:
        """Its answer, a line; empty if it died."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError):
            process.stdin.write(question + "\n")
            process.stdin.flush()
            return process.stdout.readline()
        return ""

    def _running(self) -> subprocess.Popen[str]:
        """The process; a new one if there is none, or if it has ended. Raises `BadData` without math-verify."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            if find_spec("math_verify") is None:
                raise BadData("latex: math-verify is not installed. Run pip install math-verify, or give kind: text.")
            paths = os.pathsep.join(path for path in sys.path if path)
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.formula_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "PYTHONPATH": paths},
            )
        return self._process

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            with suppress(OSError):  # a question it did not read is still in its pipe
                self._process.communicate()
            self._process = None


_WORKER: Final = Worker()
atexit.register(_WORKER.close)
