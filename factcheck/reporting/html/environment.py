"""How values become markup: templates that escape everything, and the rules that the page gives the browser.

Text of articles, of the model and of the command line passes `clean` and then the escaping of the template engine, at
one place. What is inserted without escaping is this folder's own style and script, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from factcheck.reporting.directions import harmless
from factcheck.reporting.html.addresses import language_tag
from factcheck.reporting.untrusted import clean

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_JSON_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@cache
def environment() -> Environment:
    """The templates of this package; an undefined name is an error, and nothing reaches a page unescaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("factcheck.reporting.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["mixed"] = mixed
    return made


def mixed(text: str) -> Markup:
    """A line of ours that holds names or words of others: those written from right to left keep it in its order."""
    from markupsafe import escape

    return escape(harmless(text))


def _harmless(value: object) -> object:
    """Each value as it enters the page; markup of the templates' own macros is `Markup` and stays."""
    return clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@cache
def language_attribute(tag: str) -> Markup:
    """` lang="it"`, or nothing for what has not the form of a language tag: a wrong one misleads a screen reader."""
    from markupsafe import Markup

    return Markup(f' lang="{tag}"' if language_tag(tag) else "")  # noqa: S704 -- letters, digits and hyphens only


@cache
def own_file(name: str) -> Markup:
    """The style or the script of this package."""
    from markupsafe import Markup

    return Markup(files("factcheck.reporting.html").joinpath(name).read_text(encoding="utf-8").strip())  # noqa: S704


@cache
def policy() -> str:
    """The content security policy: this style, this script, no network, no forms, no frames."""
    style, script = (_hash(str(own_file(name))) for name in ("report.css", "report.js"))
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(text: str) -> str:
    """NOTE: the browser hashes what stands between the tags, so the template sets nothing around it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def data_block(value: object) -> Markup:
    """JSON that can stand in a script element: nothing in it can end the element or begin another."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return Markup(text.translate(_JSON_ESCAPES))  # noqa: S704 -- escaped just now
