"""The settings that a replay runs with: those of its recording."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.errors import CassetteError
from factcheck.llm.cassette import read_header
from factcheck.settings import CheckSettings, Settings

UNUSED_IN_A_REPLAY: Mapping[str, None] = {"base_url": None, "api_key": None, "max_calls": None, "max_cost": None}
"""Fields of `ModelSettings` that concern only an endpoint and its bill."""

BEFORE_THE_SETTING: Mapping[str, object] = {"copies": "each"}
"""What recordings were made with that are older than a setting of this name."""


def as_recorded(settings: Settings) -> Settings:
    """The settings of a replay: model and result-affecting settings of the recording, where the user set none.

    So a published verdict can be run again from its cassette alone. Address, key and limits are dropped, whoever set
    them: nothing is sent and nothing is spent. Raises CassetteError when it cannot be read.
    """
    if settings.cassette is None or not settings.cassette.exists():
        return settings
    header = read_header(settings.cassette)
    model, checks = settings.model, settings.check
    recorded = {
        "model": header.model,
        "confirm_model": header.confirm_model if header.confirm_model != header.model else None,
    }
    given = {name: value for name, value in recorded.items() if name not in model.model_fields_set}
    made_with = {**BEFORE_THE_SETTING, **header.settings}
    kept = {name: value for name, value in made_with.items() if name not in checks.model_fields_set}
    try:
        checks = CheckSettings.model_validate({**checks.model_dump(), **kept})
    except ValueError as error:
        raise CassetteError(
            f"{settings.cassette} was recorded with settings that this version does not know: {sorted(kept)};"
            " move it away and record again"
        ) from error
    return settings.model_copy(
        update={
            "model": model.model_copy(update={**given, **UNUSED_IN_A_REPLAY}),
            "check": checks,
            "cassette_note": header.note,
        }
    )
