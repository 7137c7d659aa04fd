"""What is installed, what is pinned, and what is inside the wheel."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import factcheck

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
DEVELOPMENT = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
EXTRAS = [Requirement(line) for lines in PROJECT["optional-dependencies"].values() for line in lines]
TESTED_RELEASES = {
    "genai-prices": "0.2",
    "httpx2": "2",
    "openai": "3",
    "pydantic": "2",
    "rich": "14",
    "tenacity": "9",
    "typer": "0.29",
    "vcrpy": "9",
}
"""Distribution -> the release series that this code was written against and tested with."""


def untested(versions: Mapping[str, str]) -> list[str]:
    """The entries of `versions` (canonical name -> version) that are outside what was tested, as `name version`."""
    wrong = [
        f"{name} {versions.get(name, 'missing')}"
        for name, series in TESTED_RELEASES.items()
        if not versions.get(name, "").startswith(series + ".")
    ]
    release = tuple(int(part) for part in versions.get("instructor", "0.0").split(".")[:2])
    if not (1, 17) <= release < (2, 0):
        wrong.append(f"instructor {versions.get('instructor', 'missing')}")
    return wrong


def pins() -> dict[str, set[str]]:
    """Canonical name -> the versions that are pinned; several where Python versions differ."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", _constraints(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def _constraints() -> str:
    """Both files: what everybody has, and what Ray brings along."""
    return "".join((ROOT / name).read_text(encoding="utf-8") for name in ("constraints.txt", "constraints-ray.txt"))


def test_installed_releases_are_the_tested_ones() -> None:
    """What is installed here is the release series the code was written against, of every library that matters."""
    installed = {str(canonicalize_name(d.name)): d.version for d in metadata.distributions()}
    assert untested(installed) == []


def test_the_releases_that_an_unbounded_resolve_picks_are_told_apart() -> None:
    """The check itself refuses the releases of 2024 that pip walks back to without lower bounds."""
    assert untested({"openai": "1.109.1", "instructor": "1.3.2"})[-1] == "instructor 1.3.2"
    assert "openai 1.109.1" in untested({"openai": "1.109.1", "instructor": "1.3.2"})


@pytest.mark.parametrize("requirement", RUNTIME + DEVELOPMENT, ids=lambda r: str(r.name))
def test_every_requirement_has_a_lower_bound_and_is_met(requirement: Requirement) -> None:
    """Each requirement names a lower bound, and what is installed lies within its bounds."""
    assert any(spec.operator in (">=", "~=") for spec in requirement.specifier), requirement
    assert metadata.version(requirement.name) in requirement.specifier


def test_the_distribution_is_named_otherwise_than_the_package() -> None:
    """The distribution is factcheck-consistency, at the version that the package states."""
    assert PROJECT["name"] == "factcheck-consistency"
    assert metadata.version("factcheck-consistency") == factcheck.__version__


def test_changelog_and_package_state_the_same_version() -> None:
    """The newest release in the changelog is the version of the package."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert releases[0] == factcheck.__version__


@pytest.mark.parametrize("requirement", RUNTIME + EXTRAS, ids=lambda r: str(r.name))
def test_every_requirement_is_pinned(requirement: Requirement) -> None:
    """The files of constraints pin each direct requirement within the bounds of pyproject.toml."""
    versions = pins().get(canonicalize_name(requirement.name), set())
    assert versions, f"run `make lock`: {requirement.name} is not pinned"
    assert all(version in requirement.specifier for version in versions)


def test_every_pin_carries_hashes() -> None:
    """No pin goes without a sha256 hash."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", _constraints(), flags=re.MULTILINE)[1:]
    assert blocks
    assert [b.splitlines()[0] for b in blocks if "--hash=sha256:" not in b] == []


def test_constraints_name_no_server() -> None:
    """The constraints work with whatever package index the reader uses, because they name none."""
    assert re.findall(r".*(?:://|--index|--extra-index|--find-links|--trusted-host).*", _constraints()) == []


# -- slow: these build and install, with the machine's own pip configuration ----------------------------------------


def _run(*command: str | Path, cwd: Path) -> str:
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV", "PIP_CONSTRAINT"}}
    env |= {"XDG_CACHE_HOME": str(cwd / "cache"), "XDG_CONFIG_HOME": str(cwd / "config")}
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def fresh_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment after a plain `pip install .`, without constraints."""
    folder = tmp_path_factory.mktemp("fresh")
    _run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", ROOT, cwd=folder)
    return python


@pytest.mark.slow
def test_wheel_holds_prompts_and_schemas(tmp_path: Path) -> None:
    """The wheel ships every released prompt, every schema, the parts of the report page and the type marker."""
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = [*ROOT.glob("prompts/**/*.md"), *ROOT.glob("schemas/*.json")]
    assert {p.suffix for p in shipped} == {".md", ".json"}
    expected = {f"factcheck/shipped/{p.relative_to(ROOT).as_posix()}" for p in shipped} | {"factcheck/py.typed"}
    page = [p for p in ROOT.glob("factcheck/reporting/html/**/*") if p.suffix in (".jinja", ".css", ".js")]
    assert len(page) > 5
    expected |= {p.relative_to(ROOT).as_posix() for p in page}
    assert expected - names == set()


@pytest.mark.slow
def test_plain_install_resolves_to_the_tested_releases(fresh_python: Path, tmp_path: Path) -> None:
    """A plain `pip install .` in a new environment, without constraints, gives the tested releases."""
    listed = json.loads(_run(fresh_python, "-m", "pip", "list", "--format", "json", cwd=tmp_path))
    assert untested({str(canonicalize_name(d["name"])): d["version"] for d in listed}) == []


@pytest.mark.slow
def test_demo_runs_from_a_plain_install(fresh_python: Path, tmp_path: Path) -> None:
    """The README's first command works from the installed package, away from the checkout, with no key."""
    report = _run(
        fresh_python.with_name("factcheck"),
        "check",
        ROOT / "seeds" / "contatti-musk-putin",
        "--cassette",
        ROOT / "cassettes" / "demo" / "contatti-musk-putin.yaml",
        "--format",
        "json",
        cwd=tmp_path,
    )
    assert json.loads(report)["summary"]["articles"] > 1
