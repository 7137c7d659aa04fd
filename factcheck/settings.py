"""Every knob, frozen; the environment, configuration files and flags are read here and nowhere else."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_config_path
from pydantic import Field, SecretStr, ValidationError, field_validator

from factcheck.errors import SettingsError
from factcheck.models import Value

DEFAULT_MODEL = "gpt-5.4-mini"
"""Mid-priced and known to genai-prices; the only place that names a default."""

OutputMode = Literal["auto", "json_schema", "tools", "json"]
Language = Literal["en", "it"]
"""Languages that reports have words in; a test holds this to the catalogues."""


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
    deadline: float = Field(default=900.0, gt=0)
    """Seconds for one call with all its attempts and the waits between them, from its first attempt on."""
    concurrency: int = Field(default=8, ge=1, le=512)
    """Most requests under way at once; how many there are is found out from how the endpoint answers."""
    rpm: int | None = Field(default=None, ge=1)
    """Requests a minute."""
    tpm: int | None = Field(default=None, ge=1)
    """Tokens a minute, prompts and answers together."""
    max_attempts: int = Field(default=8, ge=1, le=20)
    """HTTP attempts for one call, the first included."""
    max_calls: int | None = Field(default=None, ge=1)
    max_cost: float | None = Field(default=None, gt=0)
    """US dollars; needs a model whose price is known."""


class EngineSettings(Value):
    """Where the units of a run are worked on; affects no result."""

    engine: Literal["local", "ray"] = "local"
    ray_address: str = Field(default="local", min_length=1)
    """HOST:PORT of a cluster, `auto` for the one this machine belongs to, `local` for one of this run's own."""
    ray_workers: int | None = Field(default=None, ge=1, le=10_000)
    """None: as many as the cluster has processors, and no more than requests may be under way."""


class CheckSettings(Value):
    """What affects results; the slice that the pipeline hands to the stages."""

    detail: Literal["core", "full"] = "full"
    """Which claims are paired and judged."""
    pairing: Literal["auto", "all", "nearest"] = "auto"
    """Which pairs are judged: all, or those of the nearest claims; `auto` takes all up to `all_pairs_up_to`."""
    all_pairs_up_to: int = Field(default=2_500, ge=0)
    neighbours: int = Field(default=20, ge=1, le=1_000)
    """Nearest claims that a claim is paired with."""
    gists: bool = True
    """Whether claims in several languages get an English gist to be found by, where only the nearest are paired."""
    embeddings: str | None = None
    """Embedding model of the endpoint by whose vectors claims are found too, where only the nearest are paired."""
    copies: Literal["once", "each"] = "once"
    """Whether a passage that articles share word for word is extracted once for all of them or for each anew."""
    pairs_per_request: int = Field(default=250, ge=1, le=500)
    inference: bool = True
    """Whether labels that follow from others are inferred, and in a large story not asked for."""
    audit: int = Field(default=0, ge=0, le=10_000)
    """Inferred pairs, drawn at random, that the model is asked about all the same."""
    votes: int = Field(default=1, ge=1, le=15)
    """Second readings of each contradiction; odd, so that one side has the majority."""
    confirmations_per_request: int = Field(default=16, ge=1, le=50)
    tokens_per_request: int = Field(default=8_000, ge=2_500)
    """Estimated tokens of one judging request, instructions and answer included; less for a small local model."""

    @field_validator("votes")
    @classmethod
    def _odd(cls, votes: int) -> int:
        if votes % 2 == 0:
            raise ValueError("must be odd, so that one side has the majority")
        return votes


class CacheSettings(Value):
    """Where answers that were paid for are kept."""

    directory: Path | None = None
    """None means the user's cache directory."""
    enabled: bool = True

    @property
    def place(self) -> Path:
        """The directory itself."""
        return self.directory or user_cache_path("factcheck")


class RunSettings(Value):
    """Where commands keep what a run read and found; a call from Python keeps nothing unless it opens a folder."""

    directory: Path = Path("runs")
    enabled: bool = True


class BatchSettings(Value):
    """What concerns many stories and no single one of them."""

    across_stories: bool = True
    """Whether claims are compared with much alike claims of other stories, once these have their reports."""


class Settings(Value):
    """All slices."""

    model: ModelSettings = ModelSettings()
    check: CheckSettings = CheckSettings()
    engine: EngineSettings = EngineSettings()
    cache: CacheSettings = CacheSettings()
    runs: RunSettings = RunSettings()
    batch: BatchSettings = BatchSettings()
    cassette: Path | None = None
    cassette_note: str | None = None
    """What a recording says of where its answers come from, for whoever replays it."""
    lang: Language = "en"
    """Language of a report's own words. Not taken from the locale: a command gives one report, at a desk as in cron."""

    @property
    def keeps_answers(self) -> bool:
        """Whether answers outlast the run; a cassette must see every request and never works beside the cache."""
        return self.cassette is None and self.cache.enabled

    @property
    def is_limited(self) -> bool:
        """Whether calls or cost have a limit, or a recording answers."""
        replayed = self.cassette is not None and self.cassette.exists()
        return replayed or self.model.max_calls is not None or self.model.max_cost is not None


# -- layering ------------------------------------------------------------------------------------

ENVIRONMENT_PREFIX = "FACTCHECK_"
PROJECT_FILE = "factcheck.toml"
VENDOR_VARIABLES = {"api_key": "OPENAI_API_KEY", "base_url": "OPENAI_BASE_URL"}
"""The variables that every tool for these endpoints reads; ours of the same meaning win over them."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NOT_SETTINGS = frozenset({"FACTCHECK_DEBUG"})
"""Variables with our prefix that other parts of the program read."""


@dataclass(frozen=True)
class _Knob:
    """Where a flat key lives in `Settings`; an empty slice means the top level."""

    slice: str
    field: str


def _knobs() -> dict[str, _Knob]:
    knobs = {name: _Knob("model", name) for name in ModelSettings.model_fields}
    knobs |= {name: _Knob("check", name) for name in CheckSettings.model_fields}
    knobs |= {name: _Knob("batch", name) for name in BatchSettings.model_fields}
    knobs |= {name: _Knob("engine", name) for name in EngineSettings.model_fields}
    return knobs | {
        "cache_dir": _Knob("cache", "directory"),
        "cache": _Knob("cache", "enabled"),
        "run_dir": _Knob("runs", "directory"),
        "run": _Knob("runs", "enabled"),
        "cassette": _Knob("", "cassette"),
        "cassette_note": _Knob("", "cassette_note"),
        "lang": _Knob("", "lang"),
    }


KNOBS: Mapping[str, _Knob] = _knobs()
"""Flat key, as in `factcheck.toml` and (upper case, prefixed) in the environment -> its place."""
PATHS = frozenset({"cache_dir", "cassette", "run_dir"})


@dataclass(frozen=True)
class _Layer:
    """Values from one place; `base` is what its relative paths are relative to."""

    values: Mapping[str, object]
    base: Path
    names: Mapping[str, str]
    """Key -> what the user would have to look at to change it."""


def load_settings(overrides: Mapping[str, object], cwd: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of a run: flags, then `FACTCHECK_*`, then the project's file, the user's file, the defaults.

    `overrides` are flags by flat key (see `KNOBS`); None means that the flag was not given. The project's file is
    `factcheck.toml` in `cwd`, or `[tool.factcheck]` in its `pyproject.toml`. Raises SettingsError, which names every
    key that cannot be used and where it stands.
    """
    values: dict[str, object] = {}
    names: dict[str, str] = {}
    for layer in _layers(overrides, cwd, environ):
        for key, value in layer.values.items():
            values[key] = _resolved(value, layer.base, layer.names[key]) if key in PATHS else value
            names[key] = layer.names[key]
    tree: dict[str, dict[str, object]] = {}
    for key, value in values.items():
        tree.setdefault(KNOBS[key].slice, {})[KNOBS[key].field] = value
    top = tree.pop("", {})
    try:
        settings = Settings.model_validate({**top, **tree})
    except ValidationError as error:
        raise SettingsError(_complaints(error, names)) from None
    if settings.check.audit and not settings.check.inference:
        raise SettingsError(
            f"{names['audit']}: with {names['inference']} no label is inferred that could be audited; leave one of them"
            " out, or give --audit 0"
        )
    return settings


def _layers(overrides: Mapping[str, object], cwd: Path, environ: Mapping[str, str]) -> Iterator[_Layer]:
    """The layers, weakest first."""
    yield from _file_layer(_user_file(environ), ())
    ours = (cwd / PROJECT_FILE).is_file()
    project = (
        _file_layer(cwd / PROJECT_FILE, ()) if ours else _file_layer(cwd / "pyproject.toml", ("tool", "factcheck"))
    )
    for layer in project:
        _refuse_address_of_a_folder(layer)
        yield layer
    yield _environment_layer(cwd, environ)
    flags = {key: value for key, value in overrides.items() if value is not None}
    _refuse_unknown(flags, "a flag")
    spelled = {key: ("--no-" if value is False else "--") + key.replace("_", "-") for key, value in flags.items()}
    yield _Layer(flags, cwd, spelled)


def _user_file(environ: Mapping[str, str]) -> Path:
    home = environ.get("XDG_CONFIG_HOME")
    return (Path(home) / "factcheck" if home else user_config_path("factcheck")) / "config.toml"


def _file_layer(path: Path, table: tuple[str, ...]) -> Iterator[_Layer]:
    try:
        content: object = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        if table:  # somebody else's file; whether it is sound is not ours to say
            return
        raise SettingsError(f"{path}: cannot be read as TOML: {error}") from None
    for name in table:
        content = content.get(name, {}) if isinstance(content, dict) else {}
    if not isinstance(content, dict):
        raise SettingsError(f"{path}: [{'.'.join(table)}] must be a table")
    values = {str(key).replace("-", "_"): value for key, value in content.items()}
    if "api_key" in values:
        raise SettingsError(f"{path}: keys do not belong in files; set OPENAI_API_KEY in the environment instead")
    _refuse_unknown(values, str(path))
    yield _Layer(values, path.parent, {key: f"{key} in {path}" for key in values})


def _refuse_address_of_a_folder(layer: _Layer) -> None:
    """A folder that somebody sent must not choose where the user's key goes; this machine is no such place."""
    address = layer.values.get("base_url")
    if address is not None and _host(str(address)) not in LOOPBACK:
        raise SettingsError(
            f"{layer.names['base_url']}: the current folder may not choose the address that your key is sent to; "
            "use --base-url, FACTCHECK_BASE_URL or the user's config.toml"
        )


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _environment_layer(cwd: Path, environ: Mapping[str, str]) -> _Layer:
    """Empty variables count as unset, as shells and CI systems mean them."""
    values: dict[str, object] = {}
    names: dict[str, str] = {}
    for key, variable in VENDOR_VARIABLES.items():
        if environ.get(variable):
            values[key], names[key] = environ[variable], variable
    ours = {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): (name, value)
        for name, value in environ.items()
        if name.startswith(ENVIRONMENT_PREFIX) and name not in NOT_SETTINGS and value
    }
    _refuse_unknown(ours, "the environment", lambda key: ENVIRONMENT_PREFIX + key.upper())
    for key, (name, value) in ours.items():
        values[key], names[key] = value, name
    return _Layer(values, cwd, names)


def _refuse_unknown(keys: Mapping[str, object], where: str, spelling: Callable[[str], str] = str) -> None:
    complaints = []
    for key in keys:
        if key not in KNOBS:
            near = difflib.get_close_matches(key, KNOBS, n=1)
            remedy = f"did you mean {spelling(near[0])}?" if near else f"known are: {', '.join(sorted(KNOBS))}"
            complaints.append(f"{where}: unknown setting {spelling(key)}; {remedy}")
    if complaints:
        raise SettingsError("\n".join(complaints))


def _resolved(value: object, base: Path, name: str) -> object:
    if value == "":
        raise SettingsError(f"{name}: an empty path, which would mean the folder itself")
    return base / Path(value).expanduser() if isinstance(value, str | Path) else value


def _complaints(error: ValidationError, names: Mapping[str, str]) -> str:
    """One line per bad value, without the value: it may be a secret."""
    places = {tuple(part for part in (knob.slice, knob.field) if part): key for key, knob in KNOBS.items()}
    lines = []
    for detail in error.errors(include_url=False, include_input=False):
        key = places.get(tuple(str(part) for part in detail["loc"]), ".".join(str(part) for part in detail["loc"]))
        message = detail["msg"].removeprefix("Value error, ")
        lines.append(f"{names.get(key, key)}: {message[:1].lower()}{message[1:]}")
    return "\n".join(lines)
