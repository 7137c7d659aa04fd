"""Every knob, frozen; the environment, configuration files and flags are read here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from factcheck.models import Value

DEFAULT_MODEL = "gpt-5.4-mini"
"""Mid-priced and known to genai-prices; the only place that names a default."""

OutputMode = Literal["auto", "json_schema", "tools", "json"]


class ModelSettings(Value):
    """How to reach the model; the slice that `llm` is built from."""

    model: str = DEFAULT_MODEL
    confirm_model: str | None = None
    """Model for the confirmation pass; None means `model`."""
    base_url: str | None = None
    """None means the vendor's own address."""
    api_key: SecretStr | None = None
    mode: OutputMode = "auto"
    """How structured output is asked for; `auto` starts at json_schema and steps down when the server refuses it."""
    timeout: float = Field(default=120.0, gt=0)
    """Seconds for one HTTP attempt, from first byte sent to last byte read."""
    concurrency: int = Field(default=8, ge=1, le=512)
    max_attempts: int = Field(default=5, ge=1, le=20)
    """HTTP attempts for one call, the first included."""
    max_calls: int | None = Field(default=None, ge=1)
    max_cost: float | None = Field(default=None, gt=0)
    """US dollars; needs a model whose price is known."""


class CheckSettings(Value):
    """What affects results; the slice that the pipeline hands to the stages."""

    detail: Literal["core", "full"] = "full"
    """Which claims are paired and judged."""
    pairs_per_request: int = Field(default=100, ge=1, le=500)
    confirmations_per_request: int = Field(default=8, ge=1, le=50)


class CacheSettings(Value):
    """Where answers that were paid for are kept."""

    directory: Path | None = None
    """None means the user's cache directory."""
    enabled: bool = True


class Settings(Value):
    """All slices."""

    model: ModelSettings = ModelSettings()
    check: CheckSettings = CheckSettings()
    cache: CacheSettings = CacheSettings()
    cassette: Path | None = None
