"""Parsing of dates with a month in words or the year first: `12 October 2020`, `Oct. 12th, 2020`, `2020-10-12`."""

import re
from datetime import date
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>\d{4})"
_FORMS: Final = tuple(
    re.compile(rf"(?<![\w/-]){form}(?![\w/-])", re.IGNORECASE)
    for form in (
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}",
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})",
    )
)


def date_in(text: str) -> str | None:
    """The only date in a text, as `2020-10-12`; None for none, several or an impossible one."""
    found = [match for form in _FORMS for match in form.finditer(text)]
    if len(found) != 1:
        return None
    month = found[0]["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    try:
        return date(int(found[0]["year"]), number, int(found[0]["day"])).isoformat()
    except ValueError:
        return None


def is_date(text: str) -> bool:
    """True if a text is a date and nothing else."""
    return date_in(text) is not None and any(form.fullmatch(text.strip()) for form in _FORMS)
