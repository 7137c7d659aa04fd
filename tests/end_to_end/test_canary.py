"""No secret reaches a file: whole runs with a key that every file is then searched for."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from factcheck.cli.app import app
from tests.architecture.source import ROOT
from tests.llm.asking import CANARY
from tests.support.canary_watch import SUITE_KEY, leaks
from tests.support.eastley_fire import reader
from tests.support.llm_server import LlmServer, Reply, error, llm_server, ok

pytestmark = pytest.mark.usefixtures("alone", "key")
LOGIN = "canary-login-6c1f"
QUERY = "canary-query-88Tz0"
ECHOED = "org-canary4711"
"""What a vendor's error may say beside the key."""
REPORTS = ("report.md", "report.json", "report.html", "report.csv", "report.jsonl", "report.xml")


def address(server: LlmServer, way: str) -> str:
    """Where a run that shows its key in this way is sent to."""
    if way == "login":
        return server.url.replace("://", f"://user:{LOGIN}@")
    return server.url + {"query": f"?api-key={QUERY}", "azure": "?api-version=2024-10-21"}.get(way, "")


def run(story: Path, url: str, *more: str) -> str:
    """All that a verbose check says and shows."""
    command = ["check", str(story), "-v", "--base-url", url, "-m", "m", *more]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "argv", ["factcheck", *command])  # what a run folder keeps as the command
        done = CliRunner().invoke(app, command)
    return done.stdout + done.stderr


def echoes(body: dict[str, object]) -> Reply:
    """A server that says the keys back in every third answer, as an error, and in every other one beside the answer."""
    echoes.count += 1  # type: ignore[attr-defined]
    if echoes.count % 3 == 0:  # type: ignore[attr-defined]
        return error(400, f"Incorrect API key provided: {SUITE_KEY} {LOGIN} {QUERY} {CANARY} of {ECHOED}")
    data = json.loads(reader(body).body)
    return ok({**data, "id": f"{SUITE_KEY} {LOGIN} {QUERY}", "system_fingerprint": SUITE_KEY})


echoes.count = 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", ["key", pytest.param("login", marks=pytest.mark.slow), "query", "azure"])
@pytest.mark.parametrize("recording", [False, True], ids=["cache", "cassette"])
def test_no_file_of_a_run_holds_a_secret(story: Path, tmp_path: Path, recording: bool, way: str) -> None:
    """Cache, cassette, run folder with traces, reports in every form, stderr; with answers that say the key back."""
    outputs = [part for name in REPORTS for part in ("-o", str(tmp_path / name))] if not recording else []
    tape = ["--cassette", str(tmp_path / "tape.yaml")] if recording else []
    with llm_server(echoes) as server:
        said = run(story, address(server, way), *_known(outputs), *tape)
        sent = [*server.paths, *(f"{headers}" for headers in server.headers)]
    shown = {"login": base64.b64encode(f"user:{LOGIN}".encode()).decode(), "query": QUERY}.get(way, SUITE_KEY)
    assert any(shown in text for text in sent)
    files = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert {"manifest.json", "requests.jsonl", "report.json"} <= set(files)
    assert ("tape.yaml" in files) == recording
    assert ("cache.db" in files) != recording
    secrets = (SUITE_KEY, CANARY, {"login": LOGIN, "query": QUERY}.get(way, SUITE_KEY))
    assert leaks(tmp_path, *secrets) == []
    assert [secret for secret in secrets if secret[-12:] in said] == []


def _known(outputs: list[str]) -> list[str]:
    """Those of the files whose format there is."""
    from factcheck.reporting.registry import REPORT_RENDERERS

    suffixes = {suffix for renderer in REPORT_RENDERERS.values() for suffix in renderer.suffixes}
    pairs = zip(outputs[::2], outputs[1::2], strict=True)
    return [part for flag, path in pairs if Path(path).suffix in suffixes for part in (flag, path)]


PLANTING = """
import base64, gzip, json, os, sqlite3, urllib.parse, zipfile
from pathlib import Path

def test_plants(tmp_path):
    key = os.environ["OPENAI_API_KEY"]
    tmp_path.joinpath("plain.txt").write_text(f"Bearer {{key}}")
    tmp_path.joinpath("masked.txt").write_text("***" + key[-12:])
    tmp_path.joinpath("url.txt").write_text("?api-key=" + urllib.parse.quote(key, safe=""))
    tmp_path.joinpath("json.txt").write_text(json.dumps(key).replace("/", "\\\\/"))
    for pad in range(3):
        login = b"u" * pad + b":" + key.encode() + b" and more"
        tmp_path.joinpath(f"basic{{pad}}.txt").write_bytes(base64.b64encode(login))
    with gzip.open(tmp_path / "packed.gz", "wt") as file:
        file.write(key)
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.gz", gzip.compress(key.encode()))
    connection = sqlite3.connect(tmp_path / "store.db")
    with connection:
        connection.execute("CREATE TABLE t (v)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 4080 + key + "x" * n,) for n in range(4080, 4100)])
    connection.close()
    tmp_path.joinpath(f"named-{{key[-12:]}}").write_text("harmless")
    tmp_path.joinpath("harmless.txt").write_text("no key " + key[:10])
    Path({project!r}, "stray.log").write_text(key)
"""
PLANTED = {
    "plain.txt", "masked.txt", "url.txt", "json.txt", "basic0.txt", "basic1.txt", "basic2.txt", "packed.gz",
    "packed.zip", "store.db", "stray.log", "named",
}  # fmt: skip


def test_a_key_in_any_file_that_the_tests_write_fails_the_session(tmp_path: Path) -> None:
    """The watch that the whole suite runs under finds it in clear, encoded, packed and in databases, and says where.

    The test that wrote them passes, and the session fails all the same; a session without one does not.
    """
    project = tmp_path / "project"
    project.mkdir()
    (project / "pytest.ini").write_text("[pytest]\n")
    (project / "test_it.py").write_text(PLANTING.format(project=str(project)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.canary_watch", "-p", "no:cacheprovider"]
    command += [f"--basetemp={tmp_path / 'base'}", f"--rootdir={project}", str(project / "test_it.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout
    assert done.returncode == 1
    named = {Path(line).name.partition("-")[0] for line in done.stdout.splitlines() if line.startswith(str(tmp_path))}
    assert named == PLANTED
    (project / "test_it.py").write_text("def test_nothing(tmp_path):\n    tmp_path.joinpath('x').write_text('x')\n")
    (project / "stray.log").unlink()
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or SUITE_KEY[-12:] not in path.read_text(errors="replace")
