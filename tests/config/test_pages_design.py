"""The design system keeps its promises: readable colours, touchable controls, no inline styles or scripts."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

STATIC, TEMPLATES = settings.BASE_DIR / "static", settings.BASE_DIR / "templates"
TOKENS = (STATIC / "ostiary-tokens.css").read_text()
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in PAIR.findall(TOKENS)}

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "brand") for ground in ("paper", "surface", "sunken")],
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand-strong", "brand-soft"),
    ("error", "surface"),
    *[(tone, f"{tone}-soft") for tone in ("success", "warning", "error", "info")],
    *[("ink", f"{tone}-soft") for tone in ("success", "warning", "error", "info")],
]
SHAPES = [(shape, ground) for shape in ("control", "focus") for ground in ("paper", "surface")]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("template", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_every_static_file_that_a_template_names_is_there(template):
    """In production a page that names another answers 500."""
    named = re.findall(r"""{% static ["']([^"'{]+)["'] %}""", (TEMPLATES / template).read_text())
    assert [name for name in named if not (STATIC / name).is_file() and not name.startswith("admin/")] == []


def test_the_ruler_itself_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_the_contrast_of_wcag_aa(ink, ground, scheme):
    assert contrast(COLOURS[ink][scheme], COLOURS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_borders_of_controls_and_the_focus_ring_can_be_seen(shape, ground, scheme):
    assert contrast(COLOURS[shape][scheme], COLOURS[ground][scheme]) >= 3


def stylesheets():
    return sorted(STATIC.rglob("*.css"))


@pytest.mark.parametrize("path", stylesheets(), ids=lambda path: path.name)
def test_every_token_that_a_stylesheet_uses_exists(path):
    text = path.read_text()
    defined = set(re.findall(r"(--[\w-]+)\s*:", TOKENS + (STATIC / "ostiary.css").read_text() + text))
    # A name with a fallback may be missing: that is what the fallback is for.
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used <= defined


def rules(path):
    return {line.strip() for line in path.read_text().splitlines() if "{" in line and line.rstrip().endswith("}")}


@pytest.mark.parametrize(
    "path", [path for path in stylesheets() if path.name != "ostiary.css"], ids=lambda path: path.name
)
def test_no_stylesheet_repeats_a_rule_of_the_design_system(path):
    assert rules(path) & rules(STATIC / "ostiary.css") == set()


def test_every_heading_in_a_list_has_a_rows_size():
    style = (STATIC / "ostiary.css").read_text()
    [sized] = re.findall(r"^\.title-row :is\(([^)]+)\) \{[^}]*font-size", style, re.MULTILINE)
    rows = [row for page in TEMPLATES.rglob("*.html") for row in page.read_text().split('class="title-row')[1:]]
    used = {level for row in rows for level in re.findall(r"<(h\d)", row.split("</li>")[0])}
    assert {"h2", "h3"} <= used <= set(sized.split(", "))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_carries_a_style_or_a_script_of_its_own(path):
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    if path.name != "file.html":  # a file that is kept and mailed, and opened without us
        assert not re.search(r"<style", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or "application/json" in attributes


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_loads_anything_from_elsewhere(path):
    assert not re.search(r"""(src|href)=["'](https?:)?//""", path.read_text())


def test_the_headings_of_a_page_descend_one_step_at_a_time(client, ada, notices):
    client.force_login(ada)
    for address in ("/home/", "/me/", "/privacy/", "/me/pin/", "/me/consents/library/withdraw/"):
        levels = [int(n) for n in re.findall(r"<h([1-6])", client.get(address).content.decode())]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), f"{address}: {levels}"


def test_the_logo_is_an_image_and_nothing_else():
    logo = Path(STATIC / "ostiary.svg").read_text()
    assert "<script" not in logo
    assert "style" not in logo
