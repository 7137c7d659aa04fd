"""The import contracts hold, and they cover the whole package."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture import source

CONTRACTS = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def run_lint_imports(config: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter in a process of its own, so that its cache and its output stay apart."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(sys.argv[1], no_cache=True))"
    env = {**os.environ, "PYTHONPATH": str(source.ROOT), "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, str(config)],
        cwd=source.ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_only_down() -> None:
    """Every import contract of pyproject.toml is kept."""
    done = run_lint_imports(source.ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_broken_contract_is_seen(tmp_path: Path) -> None:
    """A contract that the package does break, stages above models turned round, is reported as broken."""
    config = tmp_path / "upside_down.toml"
    config.write_text(
        '[tool.importlinter]\nroot_package = "factcheck"\n[[tool.importlinter.contracts]]\nname = "upside down"\n'
        'type = "layers"\nlayers = ["factcheck.models", "factcheck.stages"]\n',
        encoding="utf-8",
    )
    done = run_lint_imports(config)
    assert done.returncode != 0
    assert "upside down BROKEN" in done.stdout


def test_the_floors_are_exhaustive_and_count_every_import() -> None:
    """A module without a floor fails, and so do imports inside functions and under TYPE_CHECKING."""
    floors = next(c for c in CONTRACTS["contracts"] if c["type"] == "layers")
    assert floors["exhaustive"] is True
    assert floors["exhaustive_ignores"] == []
    assert CONTRACTS["exclude_type_checking_imports"] is False
    assert not [c["name"] for c in CONTRACTS["contracts"] if c.get("ignore_imports")]
