"""XML without entities, networks or document types: what is declared is not obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.ingestion.base import Refused

if TYPE_CHECKING:
    from lxml.etree import _Element


def parse_xml(data: bytes, *, tolerant: bool = False) -> _Element:
    """The root element. Raises Refused for entity declarations (bombs) and for XML that is broken.

    `tolerant` mends what is broken where that can be done.
    """
    from lxml import etree

    if b"<!ENTITY" in data or "<!ENTITY".encode("utf-16-le") in data or "<!ENTITY".encode("utf-16-be") in data:
        raise Refused("declares XML entities, which are not expanded here; export it without them")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=tolerant,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(f"not sound XML ({str(error)[:100]}); save it again") from None
    if root is None:
        raise Refused("no XML in it; save it again")
    return root
