"""Ranked lists of genes in replies, and gene symbols in one spelling."""

import re
from typing import Final

from .final import content_lines

_TAG: Final = re.compile(r"<\s*final[ _]?answer\s*>(.*?)(?:<\s*/\s*final[ _]?answer\s*>|\Z)", re.I | re.S)
_LABEL: Final = re.compile(
    r"^[\s*_#>]*(?:(?:final|ranked|my|the|top|here)\b[^:\n]{0,60}|)"
    r"(?:answer|genes?|ranking|list)\b[^:\n]{0,60}:[*_]*[^\S\n]*(.*(?:\n.*)*)",
    re.I | re.M,
)
_BETWEEN: Final = re.compile(r"[,;>\t]\s*(?:and\s+)?|\s\u2192\s|\s+and\s+")
_NUMBER: Final = re.compile(r"^(?:[-*+\u2022\u00b7]|[(\[]?\d{1,4}[.):\]])\s+")
_SYMBOL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-/_@]{0,24}")
_AROUND: Final = " \t*_`\"'[](){}<>.;:"
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_EXPLAINED: Final = re.compile(r"\s+[-(\[:=|].*|:\s.*|\s+(?=is\b|which\b|because\b).*", re.S)


def symbol_of(text: str) -> str | None:
    """A gene symbol in capitals and without markup, number or explanation; None for what is no symbol.

    >>> symbol_of("1. **Tp53** - a tumour suppressor"), symbol_of("hla\u2011a"), symbol_of("I think so")
    ('TP53', 'HLA-A', None)
    """
    plain = _NUMBER.sub("", text.translate(_DASHES).strip(" \t*_`")).strip(_AROUND)
    plain = _EXPLAINED.sub("", plain).strip(_AROUND)
    return plain.upper() if _SYMBOL.fullmatch(plain) else None


def genes_in(reply: str) -> tuple[str, ...]:
    """The genes that a reply ranks, best first, each once: of its final answer, its last label, or else its list.

    A list has its genes on lines of their own, numbered or not, or between commas.

    >>> genes_in("Genes: A, b"), genes_in("1. A, 2. B"), genes_in("I rank them:\\n1. A\\n2. B (known)")
    (('A', 'B'), ('A', 'B'), ('A', 'B'))
    """
    tagged = _TAG.findall(reply)
    text = tagged[-1] if tagged else _below_label(reply)
    several = [_on_line(line) for line in content_lines(text)]
    found = [genes for genes in several if genes]
    longest = max(found, key=len, default=())
    genes = longest if len(longest) > len(found) else tuple(gene for genes in found for gene in genes)
    return tuple(dict.fromkeys(genes))


def _below_label(reply: str) -> str:
    """The text after the last label that has symbols after it, else the reply."""
    text, start = reply, 0
    while label := _LABEL.search(reply, start):
        if any(map(_on_line, content_lines(label[1]))):
            text = label[1]
        start = label.start(1) if label.start(1) > start else start + 1
    return text


def _on_line(line: str) -> tuple[str, ...]:
    """The symbols of a line, if it is nothing but symbols."""
    parts = [part for part in _BETWEEN.split(line) if part.strip(_AROUND)]
    symbols = [symbol_of(part.strip().removesuffix(".")) for part in parts]
    if len(parts) > 1:
        return tuple(symbol for symbol in symbols if symbol) if all(symbols[:-1]) and any(symbols) else ()
    return (symbols[0],) if symbols and symbols[0] and _is_entry(line, symbols[0]) else ()


def _is_entry(line: str, symbol: str) -> bool:
    """True unless a lone word is more likely prose: a symbol has a digit or a capital, or the line a number."""
    return (
        bool(_NUMBER.match(line.strip(" \t*_`")))
        or symbol in line.translate(_DASHES)
        or any(one.isdigit() for one in symbol)
    )
