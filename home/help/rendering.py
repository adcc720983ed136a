"""A document of docs/ as a page: CommonMark with tables. Raw HTML in it stays text, and only known links lead on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from home.help.pages import DOCS, documents

OUR_DOCUMENT = re.compile(r"^(?:docs/)?([\w-]+)\.md(#[\w-]*)?$")


@dataclass(frozen=True)
class HelpDocument:
    title: str
    html: SafeString


@lru_cache(maxsize=64)
def rendered(name: str) -> HelpDocument:
    """`name` is one of documents()."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    tokens = reader.parse((DOCS / f"{name}.md").read_text(encoding="utf-8"))
    titles = _with_anchors(tokens)
    for token in tokens:
        for child in token.children or ():
            _lead_on(child)
    html = reader.renderer.render(tokens, reader.options, {})
    html = html.replace("<pre>", '<pre tabindex="0">')  # what scrolls sideways is reached by the keyboard
    return HelpDocument(titles[0] if titles else name, mark_safe(html))  # noqa: S308  our own files, without raw HTML


def _with_anchors(tokens: list[Token]) -> list[str]:
    """Each heading gets the id by which GitHub's links know it. Their texts."""
    texts = []
    for token, inside in pairwise(tokens):
        if token.type == "heading_open":
            texts.append(re.sub(r"[`*]", "", inside.content))
            token.attrSet("id", slugify(texts[-1]))
    return texts


def _lead_on(token: Token) -> None:
    """To another document within the product; pictures, which are not served here, are left out."""
    if token.type == "image":
        token.type, token.content, token.children = "text", token.content, None
    if token.type != "link_open":
        return
    address = str(token.attrs.pop("href", ""))
    found = OUR_DOCUMENT.match(address)
    if found and found[1] in documents():
        token.attrSet("href", reverse("help:document", args=[found[1]]) + (found[2] or ""))
    elif address.startswith(("https://", "#")):
        token.attrSet("href", address)  # any other file lies in the repository only


def _table_open(*_given: Any) -> str:
    return '<div class="table-scroll" tabindex="0" role="group"><table>\n'


def _table_close(*_given: Any) -> str:
    return "</table></div>\n"
