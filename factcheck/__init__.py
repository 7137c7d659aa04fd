"""Where news articles agree, where they contradict each other, and how many independent origins stand behind it.

The public face: `read(paths)`, `check(input, settings)`, `extract(input, settings)`, `Settings`, `Report` and the
errors. Everything else may change.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factcheck.api import check, extract, read
    from factcheck.errors import (
        CassetteError,
        EndpointError,
        FactcheckError,
        InputError,
        ModelError,
        SettingsError,
    )
    from factcheck.findings import ExtractionReport, Report
    from factcheck.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "CassetteError",
    "EndpointError",
    "ExtractionReport",
    "FactcheckError",
    "InputError",
    "ModelError",
    "Report",
    "Settings",
    "SettingsError",
    "__version__",
    "check",
    "extract",
    "read",
]

_HOMES = {
    "factcheck.api": ("check", "extract", "read"),
    "factcheck.findings": ("ExtractionReport", "Report"),
    "factcheck.settings": ("Settings",),
}


def __getattr__(name: str) -> Any:
    # Lazy, so that `factcheck --help` loads none of it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), "factcheck.errors")
    return getattr(import_module(home), name)
