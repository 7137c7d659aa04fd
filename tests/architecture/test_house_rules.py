"""Sizes, names, docstrings, and what may happen in which room."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture import source

MODULE_LINES = 400
FUNCTION_LINES = 60
NAMES_WITHOUT_A_SUBJECT = {"utils", "util", "misc", "helpers", "helper", "common", "core", "shared"}
ALL = source.PACKAGE + source.TESTS


def package_except(*allowed: str) -> list[Path]:
    """Modules of the package, without those whose path begins with one of `allowed`."""
    return [p for p in source.PACKAGE if not source.name(p).startswith(allowed)]


def mentions(paths: list[Path], wanted: set[str]) -> dict[str, list[str]]:
    """Module -> which of the dotted names in `wanted` it mentions; modules that mention none are left out."""
    found = {source.name(p): source.uses(source.tree(p), wanted) for p in paths}
    return {name: uses for name, uses in found.items() if uses}


def test_modules_stay_short() -> None:
    """A module has at most 400 lines."""
    lines = {source.name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in ALL}
    assert {name: count for name, count in lines.items() if count > MODULE_LINES} == {}


def test_functions_stay_short() -> None:
    """A function has at most 60 lines, from its name to its end."""
    lengths = {
        f"{source.name(p)}: {f.name}": (f.end_lineno or 0) - f.lineno + 1
        for p in ALL
        for f in source.functions(source.tree(p))
    }
    assert {name: count for name, count in lengths.items() if count > FUNCTION_LINES} == {}


def test_every_module_says_what_it_is() -> None:
    """A module opens with a docstring."""
    assert [source.name(p) for p in ALL if not ast.get_docstring(source.tree(p))] == []


def test_names_name_a_subject() -> None:
    """No module or folder is a room for everything."""
    parts = {source.name(p): {*p.relative_to(source.ROOT).with_suffix("").parts} for p in ALL}
    assert [name for name, words in parts.items() if words & NAMES_WITHOUT_A_SUBJECT] == []


def test_public_things_have_docstrings() -> None:
    """Every public class, function and method of the package says what it is."""
    silent = {source.name(p): list(source.public_without_docstring(source.tree(p).body)) for p in source.PACKAGE}
    assert {name: things for name, things in silent.items() if things} == {}


def test_tests_state_their_expectation() -> None:
    """Every test function has a docstring."""
    silent = [
        f"{source.name(p)}: {f.name}"
        for p in source.TESTS
        for f in source.functions(source.tree(p))
        if f.name.startswith("test_") and not ast.get_docstring(f)
    ]
    assert silent == []


def test_the_event_loop_starts_in_one_place() -> None:
    """Only api.py starts an event loop, and where there is no api.py, a worker in another process."""
    loops = {"asyncio.run", "asyncio.Runner", "asyncio.new_event_loop"}
    assert mentions(package_except("factcheck/api.py", "factcheck/engine/worker.py"), loops) == {}


def test_the_environment_is_read_in_one_place() -> None:
    """Only the settings and the command line read environment variables, but for what Ray is to find there."""
    allowed = ("factcheck/settings.py", "factcheck/cli/", "factcheck/engine/ray_connection.py")
    assert mentions(package_except(*allowed), {"os.environ", "os.getenv", "os.environb"}) == {}


def test_only_the_command_line_talks_to_the_terminal() -> None:
    """Library code never prints, never asks, never ends the process; it keeps Ray from printing."""
    talk = {"print", "input", "sys.stdout", "sys.stderr", "sys.exit"}
    allowed = ("factcheck/cli/", "factcheck/__main__.py", "factcheck/engine/ray_connection.py")
    assert mentions(package_except(*allowed), talk) == {}


def test_stages_and_reports_touch_no_file_and_no_clock() -> None:
    """The stages and the renderers are values in, values out: no file, no clock, no chance."""
    rooms = [p for p in source.PACKAGE if source.name(p).startswith(("factcheck/stages", "factcheck/reporting"))]
    forbidden = {"open", "pathlib.Path", "time.time", "time.monotonic", "time.perf_counter", "uuid.uuid4"}
    forbidden |= {"datetime.now", "dt.datetime.now", "datetime.datetime.now", "dt.date.today", "date.today"}
    forbidden |= {"random.random", "random.Random", "random.choice", "random.shuffle", "random.sample"}
    assert mentions(rooms, forbidden) == {}


def test_nothing_runs_text_as_code() -> None:
    """No module evaluates, unpickles or starts a shell: what a model or an article says is data.

    But for what the processes of one run send each other, which Ray unpickles in any case.
    """
    forbidden = {"eval", "exec", "compile", "os.system", "yaml.unsafe_load", "yaml.full_load"}
    pickled = {"pickle.loads", "pickle.load", "pickle.Unpickler", "marshal.loads"}
    assert mentions(source.PACKAGE, forbidden) == {}
    assert mentions(package_except("factcheck/engine/worker.py"), pickled) == {}


def test_the_checks_see_what_they_forbid() -> None:
    """The finders that the rules rest on find a planted offence of each kind."""
    planted = "import asyncio, os\nfrom os import getenv\ndef f():\n    asyncio.run(os.environ)\nclass C:\n    x = 1\n"
    module = ast.parse(planted)
    assert source.uses(module, {"asyncio.run", "os.environ", "os.getenv"}) == ["asyncio.run", "os.environ", "os.getenv"]
    assert list(source.public_without_docstring(module.body)) == ["f", "C"]
