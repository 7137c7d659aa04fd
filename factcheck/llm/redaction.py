"""What opens an endpoint, and what takes it out of whatever the endpoint sends back: its answer, its errors."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

REMOVED = b"[removed]"
SHORTEST = 8
"""Characters of a secret; what is shorter would be found in many a text by chance."""
LONG = 20
"""Characters from which on words count as well; below, they are what people give a server that wants no key:
`lm-studio`, `not-needed`, `Anything`."""
_WORDS = re.compile(r"[A-Za-z_-]+")
_NAMED = re.compile(r"key|token|secret|sig|auth|passw|credential|cookie", re.IGNORECASE)


class Redaction:
    """Takes secrets out of bytes, as they are and as URLs, JSON and HTML spell them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spelt = {spelling for secret in secrets if _is_secret(secret) for spelling in _spellings(secret)}
        # The longest first, so that no part of it is left.
        ordered = sorted(spelt, key=lambda spelling: (-len(spelling), spelling))
        self._pattern = re.compile(b"|".join(re.escape(spelling) for spelling in ordered)) if ordered else None

    def finds(self, content: bytes) -> bool:
        """Whether one of the secrets stands in `content`."""
        return self._pattern is not None and self._pattern.search(content) is not None

    def of(self, content: bytes) -> bytes:
        """`content` with `[removed]` in the place of every secret."""
        return content if self._pattern is None else self._pattern.sub(REMOVED, content)


def in_request(url: str, headers: Mapping[str, str]) -> list[str]:
    """The secrets that a request carries: in its headers, before the host, and in parameters that are named so."""
    found = [value for name, value in headers.items() if _NAMED.search(name)]
    for value in tuple(found):
        scheme, _, rest = value.partition(" ")
        if scheme.lower() in ("bearer", "basic"):
            found.remove(value)
            found.append(rest.strip())
        if scheme.lower() == "basic":
            found.append(_password(rest))
    return [*found, *in_address(url)]


def in_address(url: str) -> list[str]:
    """The secrets of an address: its login, as it is and as a header carries it, and parameters that are named so."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return [
        password or user,
        base64.b64encode(f"{user}:{password}".encode()).decode() if user or password else "",
        *(value for name, value in parse_qsl(parts.query) if _NAMED.search(name)),
    ]


def _is_secret(text: str) -> bool:
    return len(text) >= LONG or (len(text) >= SHORTEST and not _WORDS.fullmatch(text))


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _spellings(secret: str) -> set[bytes]:
    as_json = json.dumps(secret)[1:-1]
    texts = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), html.escape(secret)}
    texts |= {as_json, as_json.replace("/", "\\/"), json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {text.encode("utf-8", "surrogatepass") for text in texts}
