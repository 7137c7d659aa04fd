"""Options in groups, as Typer and as the command see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from factcheck.cli.signatures import grouped


@dataclass(frozen=True)
class Size:
    """Two options that go together."""

    width: Annotated[int, typer.Option("--width")]
    height: Annotated[int, typer.Option("--height")] = 7


def test_a_group_is_its_options_to_typer_and_one_value_to_the_command() -> None:
    """Options stand in the order written, one that must be given after one that need not be; defaults are kept."""
    got: list[object] = []

    @grouped
    def draw(*, name: Annotated[str, typer.Argument()] = "it", size: Size, loud: bool = False) -> None:
        got.append((name, size, loud))

    app = typer.Typer(rich_markup_mode=None)
    app.command(help="Draw.")(draw)
    runner = CliRunner()
    assert runner.invoke(app, ["box", "--loud", "--width", "3"]).exit_code == 0
    assert runner.invoke(app, ["--width", "3", "--height", "4"]).exit_code == 0
    assert got == [("box", Size(3, 7), True), ("it", Size(3, 4), False)]
    assert runner.invoke(app, []).exit_code == 2
    shown = runner.invoke(app, ["--help"]).stdout
    assert shown.index("--width") < shown.index("--height") < shown.index("--loud")
