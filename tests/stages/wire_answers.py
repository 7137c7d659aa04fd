"""What a model answers when it extracts claims, made by hand."""

from __future__ import annotations

from typing import Any

from factcheck.models import Article, Extraction
from factcheck.stages.extraction.building import build
from factcheck.stages.extraction.wire import WireExtraction


def claim(text: str, *sentences: int, **fields: Any) -> dict[str, Any]:
    """A wire claim of type event unless told otherwise."""
    return {"t": "event", "x": text, "s": list(sentences), "k": True, "d": None, **fields}


def answer(*claims: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A wire answer with one group."""
    group = {"sp": fields.pop("sp", None), "or": fields.pop("origin", None), "m": fields.pop("m", "asserted")}
    return {"passages": [], "outside": [], "groups": [{**group, "claims": list(claims)}], **fields}


def built(art: Article, *answers: dict[str, Any]) -> Extraction:
    """The extraction that these answers give."""
    return build(art, [WireExtraction.model_validate(a) for a in answers])
