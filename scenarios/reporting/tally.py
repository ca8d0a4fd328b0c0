"""How far a stage of a run is."""

from dataclasses import dataclass

from ...evaluators.sample import Sample


@dataclass
class Tally:
    """The samples of a stage that began at a time: how many there are and will be, their scores and written tokens.

    >>> tally = Tally(began=0.0, total=3)
    >>> tally.add(Sample(id="1", question="2 + 2?", output="4", parsed="4", score=1.0))
    >>> tally.at(4.0)
    '1 of 3 questions, 0.25 a second, score 1.000, about 8 s left'
    """

    began: float
    total: int = 0
    done: int = 0
    scored: int = 0
    points: float = 0.0
    written: int = 0

    def add(self, sample: Sample) -> None:
        """Count a sample."""
        self.done += 1
        self.written += sample.usage.completion_tokens
        if sample.score is not None:
            self.scored += 1
            self.points += sample.score

    def score(self) -> str:
        """The mean score so far."""
        return f"score {self.points / self.scored:.3f}" if self.scored else "no score yet"

    def at(self, now: float) -> str:
        """How far the stage is at a time: questions done, their rate, the score so far, and the time left."""
        rate = self.done / max(1e-9, now - self.began)
        left = lasting((self.total - self.done) / rate)
        return f"{self.done} of {self.total} questions, {rate:.2g} a second, {self.score()}, about {left} left"

    def of(self, sample: Sample) -> str:
        """The sample that was counted last: its number, id, ending, score, tokens and time."""
        score = "unscored" if sample.score is None else f"score {sample.score:g}"
        tokens = sample.usage.prompt_tokens + sample.usage.completion_tokens
        return (
            f"{self.done} of {self.total}: {sample.id} {sample.stop}, {score}, {tokens} tokens, {sample.seconds:.1f} s"
        )


def lasting(seconds: float) -> str:
    """A time for readers.

    >>> lasting(41.2), lasting(250.0), lasting(9000.0)
    ('41 s', '4 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
