"""The command that says what this machine can run."""

import json

import typer

from .doctor import findings
from .reporting.untrusted import plain


def doctor(*, as_json: bool) -> int:
    """Print what was found; returns the exit code, 1 where something that is always needed does not work."""
    found = findings()
    if as_json:
        typer.echo(json.dumps([one.model_dump() for one in found], indent=2))
    else:
        width = max(len(one.name) for one in found)
        for one in found:
            get = f"\n{'':9}{'':{width}}  to get it: {one.get}" if one.state != "ok" and one.get else ""
            typer.echo(plain(f"{one.state:<7}  {one.name:<{width}}  {one.what}  ({one.use})") + get)
        missing = sum(one.state == "missing" for one in found)
        broken = [one.name for one in found if one.state == "broken"]
        typer.echo(f"\n{len(found) - missing - len(broken)} ok, {missing} optional and missing, {len(broken)} broken.")
    return 1 if any(one.state == "broken" for one in found) else 0
