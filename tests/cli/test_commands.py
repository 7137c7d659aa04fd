"""The command line as a user meets it; what it calls is replaced by reports made by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import get_args

import pytest

from factcheck import __version__, settings
from factcheck.cli import extract, options
from factcheck.cli.schemas import SCHEMAS, schema_text
from factcheck.findings import ExtractionReport, Report
from factcheck.reporting.registry import ANNOTATED_RENDERERS, EXTRACTION_RENDERERS, REPORT_RENDERERS
from tests.cli.invoking import Give, invoke
from tests.support import reports
from tests.support.extractions import extraction_of

# -- what is on the screen -----------------------------------------------------------------------


def test_help_starts_with_three_examples_and_ends_with_the_exit_codes() -> None:
    """The first three lines after the usage are commands to copy; all exit codes are documented."""
    lines = [line.strip() for line in invoke("--help").stdout.splitlines() if line.strip()]
    assert [line.startswith("factcheck check ") for line in lines[1:5]] == [True, True, True, False]
    for code in ("0 ", "2 ", "3 ", "4 ", "5 ", "70 ", "129 ", "130 ", "143 "):
        assert any(line.startswith(code) for line in lines[-10:])
    assert invoke("check", "--help").exit_code == 0


def test_help_and_version_import_nothing_heavy() -> None:
    """No help loads a model library or rich, and the first help not even pydantic (typer needs it to parse options)."""
    program = (
        "import sys\n"
        "from factcheck.__main__ import main\n"
        "sys.argv = ['factcheck', *{args}]\n"
        "try:\n    main()\n"
        "except SystemExit as done:\n    assert not done.code, done.code\n"
        "heavy = {{'openai', 'instructor', 'rich', 'vcr', 'tenacity', 'sklearn', 'pydantic'}}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    for args, heavy in ((["--help"], []), (["--version"], []), (["check", "--help"], ["pydantic"])):
        run = subprocess.run(
            [sys.executable, "-c", program.format(args=args)], capture_output=True, text=True, check=True
        )
        assert run.stdout.endswith(f"HEAVY {heavy}\n"), args


def test_model_libraries_wait_until_a_model_is_within_reach(story: Path) -> None:
    """A run that cannot start has not spent two seconds on importing openai and instructor."""
    program = (
        "import sys\n"
        "from factcheck.__main__ import main\n"
        "sys.argv = ['factcheck', 'check', sys.argv[1]]\n"
        "try:\n    main()\n"
        "except SystemExit as done:\n    print(done.code, sorted({'openai', 'instructor', 'vcr'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program, str(story)], capture_output=True, text=True, check=True)
    assert run.stdout == "5 []\n"


def test_version_names_the_libraries_that_matter() -> None:
    """A bug report needs the versions of factcheck, openai and instructor."""
    out = invoke("--version").stdout
    assert out.startswith(f"factcheck {__version__} ")
    assert f"openai {version('openai')}" in out
    assert f"instructor {version('instructor')}" in out


def test_choices_of_flags_are_those_of_the_settings_and_the_registries() -> None:
    """The lists that the flags repeat, so that --help stays light, are the real ones."""
    assert get_args(options.Mode) == get_args(settings.OutputMode)
    assert get_args(options.Detail) == get_args(settings.CheckSettings.model_fields["detail"].annotation)
    assert get_args(options.Pairing) == get_args(settings.CheckSettings.model_fields["pairing"].annotation)
    assert set(get_args(options.ReportFormat)) == set(REPORT_RENDERERS)
    assert set(get_args(extract.Format)) == set(EXTRACTION_RENDERERS) | set(ANNOTATED_RENDERERS)


# -- usage errors --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        ["check"],
        ["check", "nowhere"],
        ["check", ""],
        ["extract", "story", ""],
        ["check", "story", "--cache-dir", ""],
        ["check", "story", "--cassette", ""],
        ["check", "story", "-o", ""],
        ["check", "story", "--modle", "x"],
        ["check", "story", "-f", "pdf"],
        ["check", "story", "-o", "report.pdf"],
        ["check", "story", "-o", "missing/report.md"],
        ["check", "story", "-o", "story/a.txt"],
        ["check", "story", "-o", "story/report.md"],
        ["check", "story/a.txt", "-o", "story/a.txt"],
        ["check", "story", "--timeout", "0"],
        ["check", "story", "--columns", "testo=Corpo"],
        ["extract", "story", "--columns", "text"],
        ["extract", "story", "--encoding", "uft-8"],
        ["check", "story", "--max-cost", "-1"],
        ["schema", "nonsense"],
        ["schema", "report", "--write", "out"],
    ],
)
def test_usage_errors_exit_2_before_anything_is_spent(args: list[str], story: Path, give: Give) -> None:
    """A mistake on the command line is told on stderr and costs nothing."""
    give(AssertionError("must not run"))
    result = invoke(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr
    assert (story / "a.txt").read_text() == "text"


@pytest.mark.parametrize("command", ["check", "extract"])
@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("target", ["tape.json", "../{folder}/tape.json", "link.json"])
def test_a_report_never_takes_the_place_of_the_cassette(
    command: str, exists: bool, target: str, story: Path, give: Give, tmp_path: Path
) -> None:
    """The cassette, old or still to be recorded, by whatever name, is refused for -o before anything is spent."""
    give(AssertionError("must not run"))
    tape = tmp_path / "tape.json"
    if exists:
        tape.write_text("paid for")
    (tmp_path / "link.json").symlink_to(tape)
    result = invoke(command, story, "--cassette", "tape.json", "-o", target.format(folder=tmp_path.name))
    assert result.exit_code == 2
    assert "is the cassette" in result.stderr
    assert tape.exists() == exists
    assert not exists or tape.read_text() == "paid for"


def test_no_model_within_reach_exits_5_and_names_three_ways_out(story: Path) -> None:
    """Without key, address and cassette nothing is read, and the message says what to do."""
    result = invoke("check", story)
    assert result.exit_code == 5
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for way in ("OPENAI_API_KEY", "--base-url", "--cassette"):
        assert way in result.stderr


def test_folder_without_articles_exits_4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to check is an exit code of its own, and the reason for each file is told."""
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    folder = tmp_path / "empty"
    folder.mkdir()
    assert invoke("check", folder).exit_code == 4
    (folder / "tiny.txt").write_text("")
    result = invoke("check", folder)
    assert result.exit_code == 4
    assert "tiny.txt" in result.stderr


# -- where the report goes -----------------------------------------------------------------------


def test_stdout_is_markdown_when_piped_and_carries_only_the_report(story: Path, give: Give) -> None:
    """A pipe gets Markdown and nothing else; progress and notes are on stderr."""
    give(reports.veld_story())
    result = invoke("check", story)
    assert result.stdout.startswith("# One dispute in 4 points")
    assert "read 2 articles\nnext: 5 requests\n" in result.stderr
    assert "next:" not in result.stdout


def test_json_on_stdout_is_the_report(story: Path, give: Give) -> None:
    """`-f json` can be read back as the report."""
    give(reports.veld_story())
    result = invoke("check", story, "-f", "json", "-q")
    assert Report.model_validate(json.loads(result.stdout)) == reports.veld_story()
    assert result.stderr == ""


def test_files_by_extension(story: Path, give: Give, tmp_path: Path) -> None:
    """Each -o gets its format, stdout stays empty without -f, and existing files are replaced."""
    give(reports.veld_story())
    names = ["r.md", "r.json", "r.txt"]
    (tmp_path / "r.md").write_text("old")
    result = invoke("check", story, *(part for name in names for part in ("-o", name)))
    assert result.exit_code == 0
    assert result.stdout == ""
    assert (tmp_path / "r.md").read_text().startswith("# One dispute")
    assert (tmp_path / "r.txt").read_text().startswith("One dispute")
    assert Report.model_validate(json.loads((tmp_path / "r.json").read_text())) == reports.veld_story()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.json", "r.md", "r.txt", "story"]
    assert "One dispute in 4 points" in result.stderr


def test_format_and_files_together(story: Path, give: Give, tmp_path: Path) -> None:
    """With -f the report is on stdout as well."""
    give(reports.veld_story())
    result = invoke("check", story, "-f", "table", "-o", "r.md")
    assert result.stdout.startswith("One dispute")
    assert (tmp_path / "r.md").exists()


@pytest.mark.parametrize(("flag", "colored"), [("always", True), ("never", False), ("auto", False)])
def test_color_of_a_piped_table(flag: str, colored: bool, story: Path, give: Give) -> None:
    """A pipe gets colours only when they are asked for."""
    give(reports.veld_story())
    assert ("\x1b[" in invoke("check", story, "-f", "table", "--color", flag).stdout) == colored


def test_extract_gives_one_claim_a_line(story: Path, give: Give) -> None:
    """`extract -f jsonl` is one claim a line; Markdown is the default."""
    give(reports.veld_story())
    lines = invoke("extract", story, "-f", "jsonl").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["c1", "c5", "c2", "c4", "c3", "c6", "c7"]
    assert invoke("extract", story).stdout.startswith("# 7 claims in 2 articles")
    document = json.loads(invoke("extract", story, "-f", "json").stdout)
    assert ExtractionReport.model_validate(document) == extraction_of(reports.veld_story())


def test_extract_writes_csv_to_stdout_and_to_a_file(story: Path, give: Give, tmp_path: Path) -> None:
    """`-f csv` and `-o claims.csv` give the same bytes, in UTF-8 and with the line ends of RFC 4180."""
    give(reports.veld_story())
    assert invoke("extract", story, "-o", tmp_path / "claims.csv").exit_code == 0
    written = (tmp_path / "claims.csv").read_bytes()
    assert written == invoke("extract", story, "-f", "csv", "-q").stdout_bytes
    assert written.decode("utf-8").count("\r\n") == 8


def test_annotated_is_markdown_when_piped_and_text_on_a_terminal(
    story: Path, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--annotated` shows the sentences; a terminal gets plain text, `-f` has the last word."""
    give(reports.veld_story())
    piped = invoke("extract", story, "--annotated", "-q").stdout
    assert "5. Elsewhere: a new ferry line opens in spring. — *another story*" in piped
    text = invoke("extract", story, "--annotated", "-f", "text", "-q").stdout
    assert "  5  Elsewhere: a new ferry line opens in spring. — another story" in text
    monkeypatch.setattr(extract, "_on_terminal", lambda: True)
    assert invoke("extract", story, "--annotated", "-q").stdout == text
    assert invoke("extract", story, "--annotated", "-f", "markdown", "-q").stdout == piped
    assert invoke("extract", story, "-q").stdout.startswith("# 7 claims")


@pytest.mark.parametrize(
    "flags", [["--annotated", "-f", "csv"], ["-f", "text"], ["--annotated", "-o", "claims.csv"], ["-o", "claims.txt"]]
)
def test_annotated_takes_only_formats_for_reading(story: Path, give: Give, flags: list[str]) -> None:
    """A format that cannot show an article is a usage error that names those which can, and nothing is spent."""
    give(AssertionError("nothing may be asked"))
    result = invoke("extract", story, *flags)
    assert result.exit_code == 2
    assert "markdown" in result.stderr or ".md" in result.stderr


def test_color_of_the_annotated_text_obeys_the_flag(story: Path, give: Give) -> None:
    """`--color always` colours it, `auto` leaves a pipe plain."""
    give(reports.veld_story())
    flags = ("extract", story, "--annotated", "-f", "text", "-q")
    assert "\x1b[" in invoke(*flags, "--color", "always").stdout
    assert "\x1b[" not in invoke(*flags).stdout


# -- schemas -------------------------------------------------------------------------------------


def test_schema_lists_and_prints(tmp_path: Path) -> None:
    """Without a name the names, with a name that schema, with --write all of them."""
    assert [line.split()[0] for line in invoke("schema").stdout.splitlines()] == list(SCHEMAS)
    assert invoke("schema", "claim").stdout == schema_text("claim")
    assert invoke("schema", "--write", tmp_path / "out").exit_code == 0
    for name in SCHEMAS:
        assert (tmp_path / "out" / f"{name}.json").read_text() == schema_text(name)


def test_stored_schemas_are_those_of_the_code() -> None:
    """A change of a value shows in schemas/; renew them with `factcheck schema --write schemas`."""
    folder = Path(__file__).parents[2] / "schemas"
    assert {path.stem: path.read_text() for path in folder.glob("*.json")} == {
        name: schema_text(name) for name in SCHEMAS
    }


def test_report_schema_requires_what_every_report_has() -> None:
    """The schema describes output: the fields that a report always has are required, unknown ones are refused."""
    schema = json.loads(schema_text("report"))
    assert set(reports.empty_report().model_dump()) == set(schema["required"])
    assert schema["additionalProperties"] is False
