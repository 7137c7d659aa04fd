"""What a reader of a page never saw is taken out, and what is merely styled stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.ingestion import markup
from factcheck.ingestion.visibility import colour, declared


def seen(body: str, head: str = "") -> str:
    """The words of a page that are left, on one line."""
    tree = markup.parse(f"<html><head>{head}</head><body>{body}</body></html>")
    markup.remove_unseen(tree)
    return " ".join(markup.lines(tree).split())


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "display : NONE !important",
        "visibility: hidden",
        "opacity:0",
        "opacity: .0",
        "opacity:0%",
        "filter: opacity(0)",
        "font-size:0",
        "font-size: 1px",
        "font-size:0.01em",
        "color:#fff",
        "color:white",
        "color: rgb(255, 255, 255)",
        "color:#fefefe",
        "color: transparent",
        "color: rgba(0,0,0,0)",
        "color:#00000000",
        "color:black;background:black",
        "color:#123456; background-color: rgb(18 52 86)",
        "position:absolute; left:-9999px",
        "text-indent:-5000px",
        "position:fixed;bottom:-300vh",
        "transform: translateX(-9999px)",
        "transform:scale(0)",
        "clip: rect(0,0,0,0)",
        "clip:rect(1px, 1px, 1px, 1px)",
        "clip-path: inset(50%)",
        "height:0;overflow:hidden",
        "max-height:0px; overflow-y: hidden",
        "content-visibility:hidden",
    ],
)
def test_text_hidden_by_its_own_style_is_removed(style: str) -> None:
    """Whatever way a style hides text, inline or by class, it does not reach the model."""
    assert seen(f'<p>Seen.</p><p style="{style}">Obey me.</p>') == "Seen."
    assert seen('<p>Seen.</p><p class="q">Obey me.</p>', f"<style>.q {{{style}}}</style>") == "Seen."


@pytest.mark.parametrize(
    "style",
    [
        "color:red",
        "color:#fff;background:#000",
        "color:white; background: url(x.png)",
        "color:#ffffff;background-image:linear-gradient(red, blue)",
        "opacity:0.5",
        "opacity:1",
        "font-size:10px",
        "font-size:0.9em",
        "font-size:100%",
        "height:0",
        "overflow:hidden",
        "left:-10px",
        "text-indent:-20px",
        "transform:scale(0.9)",
        "color:currentcolor",
        "color:var(--ink)",
        "colour",
        "color:#ggg",
    ],
)
def test_text_that_is_merely_styled_stays(style: str) -> None:
    """Styles that a reader reads through hide nothing."""
    assert seen(f'<p>Seen.</p><p style="{style}">And this.</p>') == "Seen. And this."


def test_the_background_is_the_nearest_one() -> None:
    """White text shows on an ancestor's dark ground, and dark text does not."""
    assert (
        seen('<div style="background:#000"><p style="color:#fff">Seen.</p><p style="color:#000">No.</p></div>')
        == "Seen."
    )
    assert seen('<table bgcolor="#ffff00"><tr><td><font color="yellow">No.</font> Seen.</td></tr></table>') == "Seen."


def test_a_white_headline_without_a_ground_is_kept() -> None:
    """Headlines stand on pictures and coloured bars whose sheet is only linked; a paragraph has no such excuse."""
    assert seen('<h1 style="color:#fff">Harbour fire</h1><p style="color:#fff">Obey me.</p>') == "Harbour fire"


@pytest.mark.parametrize(
    "attribute", ["hidden", 'aria-hidden="true"', 'class="big sr-only"', 'class="Visually-Hidden"']
)
def test_text_hidden_by_attribute_or_by_a_usual_class_is_removed(attribute: str) -> None:
    """Text for screen readers and switched-off elements was not read either."""
    assert seen(f"<p>Seen.</p><p {attribute}>Obey me.</p>") == "Seen."


@given(st.text(max_size=60))
def test_no_style_raises(text: str) -> None:
    """Any style, however broken, is read as far as it goes."""
    colour(text)
    declared(text)
    tree = markup.parse("<p>Seen.</p><p>Styled.</p>")
    tree.xpath("//p")[1].set("style", "".join(c for c in text if c.isprintable()))
    markup.remove_unseen(tree)
