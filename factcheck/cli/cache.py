"""`factcheck cache`: what the cache of paid answers holds, and what is to become of it."""

from __future__ import annotations

import re
import sys
from itertools import takewhile
from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli import options
from factcheck.cli.exits import reported, require_stdout, say
from factcheck.cli.streams import is_unread

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_SPANS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}

cache = typer.Typer(
    name="cache",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Look after the answers that were paid for.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it, without asking.")]


def _age(text: str | None) -> int | None:
    """Seconds of `90d`, `12h`, `2w`."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,6})([hdw])", text.strip().lower())
    if match is None:
        raise typer.BadParameter(f"{text}: write a number and h, d or w, such as 90d.")
    return int(match[1]) * _SPANS[match[2]]


def _bytes(text: str | None) -> int | None:
    """Bytes of `500MB`, `2GB`, `10000`."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,12}(?:\.\d+)?)\s*([kmg]?b?)", text.strip().lower())
    if match is None or match[2] not in _UNITS:
        raise typer.BadParameter(f"{text}: write a size such as 500MB or 2GB.")
    return int(float(match[1]) * _UNITS[match[2]])


def _place(cache_dir: Path | None) -> Path:
    return options.settings_of({"cache_dir": cache_dir}).cache.place


def _size(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"


def _answers(number: int) -> str:
    return f"{number:,} answer{'' if number == 1 else 's'}"


@cache.command("info", short_help="Show what it holds.")
def info(cache_dir: options.CacheDir = None) -> None:
    """Show where the cache is, how large, and what it holds by task and model."""
    with reported(debug=False):
        import datetime as dt

        from factcheck.llm import cache_care

        require_stdout()
        place = _place(cache_dir)
        found = cache_care.info(place)
        lines = [str(place), f"{_answers(found.answers)}, {_size(found.size)}"]
        if found.oldest is not None and found.newest is not None:
            dates = [
                dt.datetime.fromtimestamp(time, dt.UTC).date().isoformat() for time in (found.oldest, found.newest)
            ]
            lines[-1] += f", kept from {dates[0]} to {dates[1]}"
        lines += [f"  {task or '?'} {model or '?'} {number:,}" for (task, model), number in found.by_kind.items()]
        if found.unreadable:
            lines.append(f"{found.unreadable:,} cannot be read and are never used; `cache prune` removes them")
        if found.leftovers:
            total = sum(path.stat().st_size for path in found.leftovers)
            lines.append(
                f"{len(found.leftovers)} files beside it that nothing reads ({_size(total)}); `cache clear` removes"
            )
        for line in lines:
            _show(line)


@cache.command("prune")
def prune(
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="AGE", help="Only answers kept before: 12h, 90d, 2w.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", "-m", help="Only answers of this model.")] = None,
    max_size: Annotated[
        str | None, typer.Option("--max-size", metavar="SIZE", help="Keep this much of the newest: 500MB, 2GB.")
    ] = None,
    yes: Yes = False,
    cache_dir: options.CacheDir = None,
) -> None:
    """Remove answers by age, model or size. Without --yes it only says what would go.

    \b
      factcheck cache prune --older-than 90d
      factcheck cache prune --max-size 500MB --yes
    """
    with reported(debug=False):
        import time

        from factcheck.llm.cache_care import Choice, chosen, remove

        age = _age(older_than)
        choice = Choice(
            stored_before=None if age is None else int(time.time()) - age, model=model, keep=_bytes(max_size)
        )
        if not choice.any:
            raise typer.BadParameter("say what may go: --older-than, --model or --max-size.")
        place = _place(cache_dir)
        going = chosen(place, choice)
        told = f"{_answers(len(going))}, {_size(sum(going.values()))}"
        if not going:
            say(f"nothing to remove from {place}")
        elif yes:
            remove(place, going)
            say(f"removed {told} from {place}")
        else:
            say(f"would remove {told} from {place}; add --yes to do it. What is removed is paid for again when asked.")


@cache.command("clear")
def clear(yes: Yes = False, cache_dir: options.CacheDir = None) -> None:
    """Remove every answer, and what damaged or older caches left. Asks first."""
    with reported(debug=False):
        from factcheck.llm import cache_care

        place = _place(cache_dir)
        if not yes:
            if sys.stdin is None or not sys.stdin.isatty():
                raise typer.BadParameter("there is nobody to ask; add --yes.")
            typer.confirm(f"Remove all answers in {place}? They are paid for again when asked", abort=True, err=True)
        cache_care.clear(place)
        say(f"cleared {place}")


@cache.command("export")
def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file; stdout when not given.")
    ] = None,
    cache_dir: options.CacheDir = None,
) -> None:
    """Write all answers as JSON Lines, for another machine. They hold what models said of your articles."""
    with reported(debug=False):
        from factcheck.llm.cache_care import export_lines

        lines = export_lines(_place(cache_dir))
        if output is None:
            require_stdout()
            sys.stdout.writelines(takewhile(lambda _: not is_unread(), lines))
            sys.stdout.flush()
            return
        with output.open("w", encoding="ascii", newline="\n") as file:
            file.writelines(lines)
        say(f"wrote {output}")


@cache.command("import")
def import_(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="What `cache export` wrote; - for stdin.")],
    cache_dir: options.CacheDir = None,
) -> None:
    """Take in answers that `cache export` wrote. Only import what you would trust as your own answers."""
    with reported(debug=False):
        from factcheck.llm.cache_care import import_lines

        if str(source) == "-":
            found = import_lines(_place(cache_dir), sys.stdin.buffer)
        else:
            with source.open("rb") as file:
                found = import_lines(_place(cache_dir), file)
        for refused in found.refused[:10]:
            say(f"refused: {refused}")
        say(f"{_answers(found.added)} added, {found.present:,} already there, {len(found.refused):,} refused")
        if found.refused:
            raise typer.Exit(3)


def _show(line: str) -> None:
    from factcheck.reporting.untrusted import clean

    typer.echo("  " + clean(line.strip()) if line.startswith("  ") else clean(line))
