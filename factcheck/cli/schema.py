"""`factcheck schema`: the JSON schemas of what goes out, generated from the code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli.exits import reported, require_stdout


def schema(
    name: Annotated[str | None, typer.Argument(help="Which one; lists the names when not given.")] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="DIR", help="Write all of them to DIR, one file each.")
    ] = None,
) -> None:
    """Print the JSON schema of a value, or list their names.

    \b
      factcheck schema
      factcheck schema report > report.schema.json
      factcheck schema --write schemas
    """
    with reported(debug=False):
        from factcheck.cli.schemas import SCHEMAS, schema_text

        if write is not None:
            if name is not None:
                raise typer.BadParameter("--write takes no NAME: it writes all of them.")
            write.mkdir(parents=True, exist_ok=True)
            for each in SCHEMAS:
                (write / f"{each}.json").write_text(schema_text(each), encoding="utf-8", newline="\n")
        elif name is None:
            require_stdout()
            width = max(map(len, SCHEMAS))
            for each, what in SCHEMAS.items():
                typer.echo(f"{each:<{width}}  {what.meaning}")
        elif name not in SCHEMAS:
            raise typer.BadParameter(f"no schema {name!r}; there are: {', '.join(SCHEMAS)}.", param_hint="NAME")
        else:
            require_stdout()
            typer.echo(schema_text(name), nl=False)
