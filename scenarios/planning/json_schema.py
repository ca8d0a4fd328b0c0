"""The JSON schema of scenario files: the closed schema, with the options of every protocol, task, grader and trainer.

Editors read it: a file of the library names it in its first line. `make docs` writes it, and CI compares.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from ...agents.registry import GRADERS, TASKS, TRAINERS, find, own
from .option_values import options_of
from .plan import GIVEN_BY_US
from .protocol_spec import protocols
from .schema import Scenario
from .wanted import LIBRARY

FILE: Final = LIBRARY / "scenario.schema.json"
PLUGIN: Final = r"\.py$|^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$"
"""The pattern of plug-in names: a file, or a module."""


def json_schema() -> dict[str, Any]:
    """The schema of a scenario or a training file, JSON Schema 2020-12."""
    schema = Scenario.model_json_schema()
    definitions: dict[str, Any] = schema.pop("$defs")
    options = {one.name: one.options for one in protocols() if one.module.__name__.startswith("symposia.")}
    definitions["Protocol"] = named(definitions["Use"], options, definitions)
    tasks = {name: options_of(find(TASKS, name).load, without=GIVEN_BY_US) for name in own(TASKS)}
    definitions["TaskUse"] = named(definitions["TaskUse"], tasks, definitions)
    del definitions["TaskUse"]["required"]  # a registered data set names its task
    graders = {name: options_of(find(GRADERS, name).grade) for name in own(GRADERS)}
    definitions["Grader"] = named(definitions["Use"], graders, definitions)
    trainers = {name: options_of(find(TRAINERS, name).train) for name in own(TRAINERS)}
    definitions["Trainer"] = named(definitions["Use"], trainers, definitions)
    for place in (schema, definitions["Nest"]):
        place["properties"]["protocol"] = {"$ref": "#/$defs/Protocol"}
    schema["properties"]["grader"] = {"anyOf": [{"$ref": "#/$defs/Grader"}, {"type": "null"}], "default": None}
    del definitions["Use"]
    training = {
        "type": "object",
        "title": "Training",
        "properties": {"train": {"$ref": "#/$defs/Trainer"}},
        "required": ["train"],
        "additionalProperties": False,
    }
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Symposia scenario or training file",
        "if": {"required": ["train"]},
        "then": training,
        "else": schema,
        "$defs": dict(sorted(definitions.items())),
    }
    return json.loads(json.dumps(whole), object_hook=without_example)  # type: ignore[no-any-return]


def without_example(part: dict[str, Any]) -> dict[str, Any]:
    """A part of a schema, its description without the worked example that the docstring has."""
    text = part.get("description")
    return {**part, "description": text.partition("\n\n>>>")[0]} if isinstance(text, str) else part


def named(use: Mapping[str, Any], kinds: Mapping[str, type[BaseModel]], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of `{use, options}` with options by name; those of plug-ins are unconstrained."""
    shape = json.loads(json.dumps(use))
    shape["properties"]["use"]["anyOf"] = [{"enum": sorted(kinds)}, {"pattern": PLUGIN}]
    shape["allOf"] = [
        {
            "if": {"properties": {"use": {"const": name}}, "required": ["use"]},
            "then": {"properties": {"options": hoisted(options, definitions)}},
        }
        for name, options in sorted(kinds.items())
    ]
    return dict(shape)


def hoisted(options: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a class of options, its definitions moved to `definitions`."""
    schema = options.model_json_schema()
    definitions.update(schema.pop("$defs", {}))
    return schema


def as_text() -> str:
    """The text of the schema's file."""
    return json.dumps(json_schema(), indent=1, sort_keys=True) + "\n"


def main(write: Callable[[Path, str], object] = lambda path, text: path.write_text(text, encoding="utf-8")) -> None:
    """Write the schema beside the library's files."""
    write(FILE, as_text())


if __name__ == "__main__":
    main()
