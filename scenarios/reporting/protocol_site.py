"""Writes the protocols' part of the documentation: a page each, their index, and their place in the site's menu."""

from pathlib import Path
from typing import Final

import yaml

from ..planning.protocol_spec import ProtocolSpec, protocols
from .measured import measured
from .protocol_pages import LEVELS, PAGES, ROOT, page
from .tables import escaped

MENU: Final = ROOT / "mkdocs.yml"
BEGIN: Final = "      # protocols: written by `make docs`\n"
END: Final = "      # end of protocols\n"


def uses() -> dict[str, dict[str, str]]:
    """For each protocol the texts of the library's scenarios that follow it, by file, the one of its name first."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((ROOT / "scenarios" / "library").glob("*.yaml"), key=order):
        text = path.read_text(encoding="utf-8")
        protocol = yaml.safe_load(text).get("protocol")
        if isinstance(protocol, dict):
            found.setdefault(str(protocol["use"]), {})[path.name] = text
    return found


def order(path: Path) -> tuple[bool, int, str]:
    """Scenarios with packaged models first, and those with short names."""
    return "pocket:" not in path.read_text(encoding="utf-8"), len(path.stem), path.stem


def index(found: list[ProtocolSpec]) -> str:
    """The page that lists all protocols, by level."""
    parts = ["# Protocols", "A page each, written by `make docs` from the protocol's file."]
    for level, title in LEVELS.items():
        rows = [
            f"| [`{spec.name}`]({spec.name}.md) | {escaped(spec.summary)} | `{spec.needs.__name__}` |"
            for spec in of_level(found, level)
        ]
        parts += [f"## {title}: `{level}/`", "\n".join(["| protocol | what it does | needs |", "|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def menu(found: list[ProtocolSpec]) -> str:
    """The protocols' lines in the menu of the site."""
    lines = ["      - protocols/index.md"]
    for level, title in LEVELS.items():
        lines.append(f"      - {title}:")
        lines += [
            f"          - {spec.name.partition('/')[2]}: protocols/{spec.name}.md" for spec in of_level(found, level)
        ]
    return "\n".join(lines) + "\n"


def of_level(found: list[ProtocolSpec], level: str) -> list[ProtocolSpec]:
    """The protocols of one level."""
    return [spec for spec in found if spec.name.startswith(f"{level}/")]


def main() -> None:
    """Write all pages, the index and the menu; pages of protocols that are no more are removed."""
    found, numbers, scenarios = protocols(), measured(), uses()
    pages = {f"{spec.name}.md": page(spec, scenarios.get(spec.name, {}), numbers.get(spec.name, [])) for spec in found}
    for old in PAGES.rglob("*.md"):
        old.unlink()
    for name, text in {"index.md": index(found), **pages}.items():
        (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / name).write_text(text, encoding="utf-8")
    before, _, rest = MENU.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    MENU.write_text(f"{before}{BEGIN}{menu(found)}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
