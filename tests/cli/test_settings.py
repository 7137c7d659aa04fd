"""Where a setting comes from, and what happens to one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.errors import SettingsError
from factcheck.settings import KNOBS, Settings, load_settings


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with an empty configuration folder."""
    (tmp_path / "home" / "factcheck").mkdir(parents=True)
    return {"XDG_CONFIG_HOME": str(tmp_path / "home")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def test_nothing_given_is_the_defaults(project: Path, home: dict[str, str]) -> None:
    """Without flags, variables and files the settings are the defaults."""
    assert load_settings({}, project, home) == Settings()


def test_each_layer_wins_over_the_one_below(project: Path, home: dict[str, str]) -> None:
    """Flag over variable over project file over user file over default."""
    (Path(home["XDG_CONFIG_HOME"]) / "factcheck" / "config.toml").write_text('model = "user"\ntimeout = 7\n')
    assert load_settings({}, project, home).model.model == "user"
    (project / "factcheck.toml").write_text('model = "project"\n')
    assert load_settings({}, project, home).model.model == "project"
    environ = {**home, "FACTCHECK_MODEL": "variable"}
    assert load_settings({}, project, environ).model.model == "variable"
    settings = load_settings({"model": "flag", "confirm_model": None}, project, environ)
    assert settings.model.model == "flag"
    assert settings.model.timeout == 7.0


def test_an_audit_of_what_is_not_done_is_refused_wherever_it_is_asked_for(project: Path, home: dict[str, str]) -> None:
    """By flags, in files or in the environment: both places are named, and the flag that helps."""
    (project / "factcheck.toml").write_text("audit = 100\n")
    with pytest.raises(SettingsError, match=r"audit in .*factcheck\.toml: with --no-inference .* give --audit 0"):
        load_settings({"inference": False}, project, home)
    with pytest.raises(SettingsError, match=r"--audit: with FACTCHECK_INFERENCE no label"):
        load_settings({"audit": 3}, project, {**home, "FACTCHECK_INFERENCE": "false"})
    assert load_settings({"inference": False, "audit": 0}, project, home).check.audit == 0
    assert load_settings({}, project, home).check.audit == 100


def test_every_knob_is_reachable_by_variable(project: Path, home: dict[str, str]) -> None:
    """Each key of the table lands in the field that the table names."""
    values = {"mode": "tools", "detail": "core", "cache": "false", "cache_dir": "c", "cassette": "k", "model": "m"}
    values |= {
        "run": "false",
        "pairing": "all",
        "gists": "false",
        "inference": "false",
        "lang": "it",
        "tokens_per_request": "4000",
    }
    values |= {"copies": "each", "across_stories": "false", "engine": "ray"}
    for key, knob in KNOBS.items():
        settings = load_settings({}, project, {**home, f"FACTCHECK_{key.upper()}": values.get(key, "3")})
        holder = getattr(settings, knob.slice) if knob.slice else settings
        assert knob.field in holder.model_fields_set, key


def test_vendor_variables_are_honoured_and_ours_win(project: Path, home: dict[str, str]) -> None:
    """OPENAI_* count, FACTCHECK_* of the same meaning win, and an empty variable is unset."""
    environ = {**home, "OPENAI_API_KEY": "canary", "OPENAI_BASE_URL": "http://a", "FACTCHECK_MODEL": ""}
    settings = load_settings({}, project, environ)
    assert settings.model.api_key is not None
    assert settings.model.api_key.get_secret_value() == "canary"
    assert settings.model.base_url == "http://a"
    assert settings.model.model == Settings().model.model
    assert load_settings({}, project, {**environ, "FACTCHECK_BASE_URL": "http://b"}).model.base_url == "http://b"
    assert "canary" not in repr(settings)


def test_pyproject_table_counts_when_there_is_no_file_of_ours(project: Path, home: dict[str, str]) -> None:
    """[tool.factcheck] is read; factcheck.toml beside it replaces it; a broken pyproject is not our business."""
    pyproject = project / "pyproject.toml"
    pyproject.write_text('[tool.factcheck]\nmax-calls = 9\n[tool.other]\nmodel = "x"\n')
    assert load_settings({}, project, home).model.max_calls == 9
    (project / "factcheck.toml").write_text("")
    assert load_settings({}, project, home).model.max_calls is None
    (project / "factcheck.toml").unlink()
    pyproject.write_text("[[[")
    assert load_settings({}, project, home) == Settings()


def test_paths_are_relative_to_the_file_that_names_them(project: Path, home: dict[str, str]) -> None:
    """A cassette in the project's file stands beside that file, wherever the command runs."""
    (project / "factcheck.toml").write_text('cassette = "story.yaml"\ncache_dir = "/elsewhere"\n')
    settings = load_settings({}, project, home)
    assert settings.cassette == project / "story.yaml"
    assert settings.cache.directory == Path("/elsewhere")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('modle = "x"', "unknown setting modle; did you mean mode?"),
        ("zzz = 1", "unknown setting zzz; known are: across_stories"),
        ('api_key = "canary"', "keys do not belong in files"),
        ('cache_dir = ""', "cache_dir in {path}: an empty path"),
        ("timeout = 0", "timeout in {path}: input should be greater than 0"),
        ('mode = "yaml"', "mode in {path}: input should be 'auto', 'json_schema', 'tools' or 'json'"),
        ('base_url = "https://gateway.example/v1"', "the current folder may not choose the address"),
        ('base_url = "http://localhost@gateway.example/v1"', "the current folder may not choose the address"),
        ('base_url = "http://[localhost"', "the current folder may not choose the address"),
        ("[[", "cannot be read as TOML"),
    ],
)
def test_unusable_file_is_an_error_that_says_where(
    project: Path, home: dict[str, str], content: str, words: str
) -> None:
    """The message names the file, the key and a remedy, and never the value of a key."""
    path = project / "factcheck.toml"
    path.write_text(content)
    with pytest.raises(SettingsError) as caught:
        load_settings({}, project, home)
    assert words.format(path=path) in str(caught.value)
    assert str(path) in str(caught.value)
    assert "canary" not in str(caught.value)


def test_address_in_files(project: Path, home: dict[str, str]) -> None:
    """This machine may stand in the project's file, any address in the user's own."""
    (project / "factcheck.toml").write_text('base_url = "http://localhost:11434/v1"\n')
    assert load_settings({}, project, home).model.base_url == "http://localhost:11434/v1"
    (project / "factcheck.toml").unlink()
    (Path(home["XDG_CONFIG_HOME"]) / "factcheck" / "config.toml").write_text('base_url = "https://gateway.example"\n')
    assert load_settings({}, project, home).model.base_url == "https://gateway.example"


def test_all_bad_values_are_told_at_once(project: Path, home: dict[str, str]) -> None:
    """Two bad values give two lines, each with the name that the user has to change."""
    with pytest.raises(SettingsError) as caught:
        load_settings({"timeout": -1}, project, {**home, "FACTCHECK_MAX_COST": "much"})
    lines = str(caught.value).split("\n")
    assert len(lines) == 2
    assert any(line.startswith("--timeout: ") for line in lines)
    assert any(line.startswith("FACTCHECK_MAX_COST: ") for line in lines)


def test_unknown_variable_is_an_error_with_a_suggestion(project: Path, home: dict[str, str]) -> None:
    """A mistyped FACTCHECK_ variable is not ignored; FACTCHECK_DEBUG is no setting and is left alone."""
    with pytest.raises(SettingsError, match="FACTCHECK_TIMOUT; did you mean FACTCHECK_TIMEOUT"):
        load_settings({}, project, {**home, "FACTCHECK_TIMOUT": "3"})
    assert load_settings({}, project, {**home, "FACTCHECK_DEBUG": "1"}) == Settings()


@pytest.mark.parametrize("votes", [2, 0, 16])
def test_votes_are_odd(votes: int, project: Path, home: dict[str, str]) -> None:
    """An even number has no majority, and the complaint says so."""
    with pytest.raises(SettingsError, match=r"^--votes: ") as raised:
        load_settings({"votes": votes}, project, home)
    assert votes != 2 or str(raised.value) == "--votes: must be odd, so that one side has the majority"
