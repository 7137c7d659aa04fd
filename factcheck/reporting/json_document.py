"""JSON: the document itself, for programs."""

from __future__ import annotations

import json

from pydantic_core import PydanticSerializationError

from factcheck.models import Value
from factcheck.reporting.base import Style


class JsonDocument:
    """All fields in the order of the model, in ASCII, so that even a lone surrogate can be written."""

    name = "json"
    suffixes: tuple[str, ...] = (".json",)

    def render(self, document: Value, style: Style) -> str:  # noqa: ARG002 -- programs have no width
        """The document as indented JSON; what `factcheck schema` describes."""
        try:
            return document.model_dump_json(indent=2, ensure_ascii=True) + "\n"
        except PydanticSerializationError:  # a lone surrogate, which only Python's own writer can say
            return json.dumps(plain(document), ensure_ascii=True, indent=2) + "\n"


def plain(value: Value) -> object:
    """The value in JSON's own types; dates become ISO text."""
    return value.model_dump(mode="json")
