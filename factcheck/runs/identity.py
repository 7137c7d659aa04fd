"""What a run with given settings is, for its report, its folder and its recording."""

from __future__ import annotations

from factcheck.findings import RunInfo
from factcheck.llm.cassette import CassetteHeader
from factcheck.llm.endpoint import resolve, without_login
from factcheck.prompts import CURRENT, load
from factcheck.settings import Settings


def recording_header(settings: Settings, version: str) -> CassetteHeader:
    """What a recording made with these settings says of itself."""
    return CassetteHeader(
        version=version,
        model=settings.model.model,
        confirm_model=settings.model.confirm_model or settings.model.model,
        prompts={load(task).id: load(task).fingerprint for task in CURRENT},
        settings=settings.check.model_dump(mode="json"),
        note=settings.cassette_note,
    )


def run_info(settings: Settings, version: str) -> RunInfo:
    """What the report of a run with these settings says of it; `version` is that of the program."""
    header = recording_header(settings, version)
    return RunInfo(
        version=header.version,
        model=header.model,
        confirm_model=header.confirm_model,
        base_url=None if settings.cassette is not None else without_login(resolve(settings.model).base_url),
        prompts=header.prompts,
        settings=header.settings,
        cassette=settings.cassette.name if settings.cassette is not None else None,
        cassette_note=header.note,
    )
