"""JSON: the document itself, for programs."""

from __future__ import annotations

import json

from factcheck.models import Value
from factcheck.reporting.base import Style


class JsonDocument:
    """All fields in the order of the model, in ASCII, so that even a lone surrogate can be written."""

    name = "json"
    suffixes: tuple[str, ...] = (".json",)

    def render(self, document: Value, style: Style) -> str:  # noqa: ARG002 -- programs have no width
        """The document as indented JSON; what `factcheck schema` describes."""
        # field by field: of a large report, one copy in JSON's types is as large as the report itself
        fields = [_field(name, document) for name in type(document).model_fields]
        return "{\n" + ",\n".join(fields) + "\n}\n"


def _field(name: str, document: Value) -> str:
    """One field as it stands in the indented whole."""
    held = document.model_dump(mode="json", include={name})
    return json.dumps(held, ensure_ascii=True, indent=2).removeprefix("{\n").removesuffix("\n}")


def plain(value: Value) -> object:
    """The value in JSON's own types; dates become ISO text."""
    return value.model_dump(mode="json")
