"""What a browser would not show of a page, by the page's own styles: hidden, collapsed, off the screen, or text in the
colour of its background.

Style sheets that the page only links are not there. A text colour counts as invisible when the background beside it is
known from the page; without any, the page is taken to be white, but for headings and table heads, which commonly stand
on a coloured background of a linked sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Style = dict[str, str]

CSS_COMMENT = regex.compile(r"/\*.*?\*/", regex.S)
RULE = regex.compile(r"([^{}@;]+)\{([^{}]*)\}")
NESTED = regex.compile(r"@[^{};]*\{(?:[^{}]|\{[^{}]*\})*\}")
SIMPLE_SELECTOR = regex.compile(r"[.#]?[\w-]+")
HIDDEN_CLASSES = frozenset(("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"))
"""Names under which common frameworks hide text from the eye; their sheets are mostly linked."""
COLOURED = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "th", "header", "button", "figcaption", "summary"))
"""Elements whose background commonly comes from elsewhere; white text in them is no sign of hiding."""
NEAR = 12
"""Greatest difference in each of red, green and blue of two colours that the eye does not tell apart in text."""

_NUMBER = regex.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_ZERO = regex.compile(r"-?0*(?:\.0+)?(?:px|em|rem|%|pt|vw|vh)?")
_TINY = regex.compile(r"(?:[01](?:\.\d+)?|\.\d+)px|(?:0?\.0\d*)r?em|0*(?:\.0+)?(?:px|em|rem|%|pt)?")
_FAR = regex.compile(r"-\d{3,}(?:\.\d+)?(?:px|r?em|vw|vh|%|pt)")
_MOVED_AWAY = regex.compile(r"translate(?:3d|x|y)?\([^)]*-\d{3,}|scale(?:3d|x|y)?\(\s*0(?:\.0+)?\s*[,)]", regex.I)
_CLIPPED = regex.compile(
    r"rect\(\s*[01]?(?:px)?(?:[\s,]+[01]?(?:px)?){3}\s*\)|inset\(\s*(?:50|100)%|circle\(\s*0", regex.I
)
_RGB = regex.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+)(%?))?\s*\)", regex.I)
_HEX = regex.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})(?![0-9a-f])", regex.I)
_NAMED = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "navy": (0, 0, 128),
    "green": (0, 128, 0),
}
Colour = tuple[int, int, int]


class Sheets:
    """The simple rules of a page's own style sheets: by tag, class or id; rules inside `@media` do not count."""

    def __init__(self, tree: HtmlElement) -> None:
        self._rules: dict[str, Style] = {}
        for sheet in tree.iter("style"):
            css = NESTED.sub("", CSS_COMMENT.sub("", sheet.text or ""))
            for selectors, declarations in RULE.findall(css):
                for selector in selectors.split(","):
                    if SIMPLE_SELECTOR.fullmatch(selector.strip()):
                        self._rules.setdefault(selector.strip(), {}).update(declared(declarations))
        self._none = not self._rules

    def style_of(self, element: HtmlElement) -> Style:
        """What the page declares for an element, its own `style` and old attributes last."""
        style: Style = {}
        if not self._none:
            for selector in _selectors(element):
                style.update(self._rules.get(selector, {}))
        if "bgcolor" in element.attrib:
            style["background-color"] = element.get("bgcolor", "")
        if element.tag == "font" and "color" in element.attrib:
            style["color"] = element.get("color", "")
        if "style" in element.attrib:
            style.update(declared(element.get("style", "")))
        return style

    def hides(self, element: HtmlElement) -> bool:
        """Whether the element, with all that it holds, is not shown."""
        if "hidden" in element.attrib or element.get("aria-hidden", "").strip().lower() == "true":
            return True
        if element.tag == "dialog" and "open" not in element.attrib:
            return True
        if not HIDDEN_CLASSES.isdisjoint(element.get("class", "").lower().split()):
            return True
        style = self.style_of(element)
        return bool(style) and (_is_hidden(style) or self._is_invisible(element, style))

    def _is_invisible(self, element: HtmlElement, style: Mapping[str, str]) -> bool:
        if "color" not in style:
            return False
        text = colour(style["color"])
        if text is None:
            return _is_transparent(style["color"]) and "background-clip" not in str(style)
        behind = self._behind(element)
        if behind is None:
            return element.tag not in COLOURED and not _within(element, COLOURED) and _alike(text, (255, 255, 255))
        return _alike(text, behind)

    def _behind(self, element: HtmlElement) -> Colour | None:
        """The colour behind an element's text, (-1, -1, -1) for a picture; None when nothing in the page tells."""
        for each in (element, *element.iterancestors()):
            style = self.style_of(each)
            declared_ = style.get("background-color") or style.get("background") or ""
            if "url(" in declared_ or "gradient(" in declared_ or "background-image" in style:
                return (-1, -1, -1)
            found = colour(declared_)
            if found is not None:
                return found
        return None


def declared(declarations: str) -> Style:
    """Property -> value of a `style` attribute or the inside of a rule, in lower case, `!important` dropped."""
    style: Style = {}
    for part in declarations.lower().split(";"):
        name, colon, value = part.partition(":")
        if colon:
            style[name.strip()] = value.replace("!important", "").strip()
    return style


def _selectors(element: HtmlElement) -> Iterator[str]:
    yield str(element.tag)
    for name in element.get("class", "").split():
        yield f".{name}"
    if element.get("id"):
        yield f"#{element.get('id')}"


def _within(element: HtmlElement, tags: frozenset[str]) -> bool:
    return any(above.tag in tags for above in element.iterancestors())


def _is_hidden(style: Mapping[str, str]) -> bool:
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    if style.get("visibility") in ("hidden", "collapse"):
        return True
    if _is_none(style.get("opacity", "1")) or "opacity(0" in style.get("filter", "").replace(" ", ""):
        return True
    if "font-size" in style and _TINY.fullmatch(style["font-size"]):
        return True
    if any(
        _FAR.match(style.get(side, "")) for side in ("left", "top", "right", "bottom", "text-indent", "margin-left")
    ):
        return True
    if _MOVED_AWAY.search(style.get("transform", "")) or _CLIPPED.search(style.get("clip", style.get("clip-path", ""))):
        return True
    flat = any(_ZERO.fullmatch(style.get(side, "x")) for side in ("height", "width", "max-height", "max-width"))
    return flat and style.get("overflow", style.get("overflow-y", "")).startswith(("hidden", "clip"))


def _is_none(value: str) -> bool:
    number = _NUMBER.match(value)
    return number is not None and float(number[0]) <= 0.01 * (100 if "%" in value else 1)


def colour(value: str) -> Colour | None:
    """The first colour in a value as red, green, blue to 255; None when there is none or it is see-through."""
    value = value.strip().lower()
    rgb = _RGB.search(value)
    if rgb is not None:
        solid = rgb[4] is None or float(rgb[4] or 1) > (1 if rgb[5] else 0.01)
        return (int(rgb[1]), int(rgb[2]), int(rgb[3])) if solid else None
    written = _HEX.search(value)
    if written is not None:
        digits = written[1] if len(written[1]) > 4 else "".join(c * 2 for c in written[1])
        if digits[6:] == "00":
            return None
        return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    return next((_NAMED[word] for word in value.split() if word in _NAMED), None)


def _is_transparent(value: str) -> bool:
    """Whether a text colour is written out as one that nobody sees."""
    value = value.strip().lower()
    return value == "transparent" or ((_RGB.search(value) or _HEX.search(value)) is not None and colour(value) is None)


def _alike(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))
