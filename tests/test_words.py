"""Plain words, all of them translatable: over every app, its templates, its scripts and its documents.

To ban another expression, add a `Ban` to `BANS`; it then holds everywhere. Where a banned one is right,
say so in `RIGHT`.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("accounts", "attendance", "config", "home", "library", "lockers", "recognition", "visitors")

# --- what is banned, and what to write ------------------------------------------------------------


@dataclass(frozen=True)
class Ban:
    name: str
    pattern: str  # a regular expression, whatever the case of its letters
    write: str


BANS = (
    Ban("anew", r"\banew\b", "again"),
    Ban("somebody", r"\b(some|no|every|any)body\b|\bwhoever\b", "a person, no one, everyone, anyone; or name the role"),
    Ban("in vain", r"\bin vain\b", "failed attempts; without success"),
    Ban("judge", r"\bjudg(e|es|ed|ing)\b", "check; recalculate; decide"),
    Ban("sent back", r"\b(sent|sends?) back\b", "rejected (a photo)"),
    Ban(
        "take back",
        r"\btak(e|es|en|ing) (it |them |a book |the book |books )?back\b|\bgiven? back\b",
        "return (a book); remove (at the exit)",
    ),
    Ban(
        "is no X",
        r"(?<!there )\b(is|are) no (?!longer\b|one\b|more\b|sooner\b|other\b|business\b)[a-z]+\b",
        "is not a …",
    ),
    Ban("take along", r"\btake (it|them|the catalogue) (with you|along)\b", "export; download"),
    Ban(
        "stands here",
        r"\bstands? on (its|the) shel(f|ves)\b|\bstands? (here|there)\b",
        "is available; is listed here; location",
    ),
    Ban("a door stands", r"\bdoors? stands?\b", "door status"),
    Ban("running out", r"\brunning out\b", "expiring"),
    Ban("again in this file", r"\bagain in this file\b", "duplicate in this file"),
    Ban("has come in", r"\b(has|have) come in\b", "has entered"),
    Ban(
        "a blind camera",
        r"\bcameras? (is|was|were|are) blind\b|\bblind (camera|since)\b",
        "has not seen anything (since …)",
    ),
    Ban("broken line", r"\bbroken line\b", "dashed line"),
    Ban("times are those of", r"\btimes are those of\b", "times in UTC"),
    Ban("no disadvantage", r"\bno disadvantage\b|\bis as welcome\b", "nothing changes for you; is just as welcome"),
    Ban("signs, letters", r"\b(eight|letters or) signs\b|\bletters at most\b", "characters"),
    Ban("not so many", r"\bnot so many\b", "there are only N"),
    Ban("reliable from", r"\breliable from \d+ on\b", "works reliably with N or more"),
    Ban("broken off", r"\bbroken? off\b|\bbreaks off\b", "interrupted"),
    Ban("taken down", r"\btaken? down (a|the|their) (new )?PIN\b", "set a new PIN"),
    Ban("the next who waits", r"\bthe next who waits\b", "the next person on the list"),
    Ban("said to be whom", r"\bsaid to be whom\b", "claimed to be whom"),
    Ban("deed", r"\bdeeds?\b", "action; change"),
    Ban("at all", r"\bat all\b", "(leave it out)"),
    Ban("passive models", r"\bpassive models\b", "photo-attack check"),
    Ban("falls below the limit", r"\bfalls? below the limit\b", "at risk"),
    Ban("line of the roll", r"\blines? of the roll\b|\blines on rolls\b", "roll entry, roll entries"),
    Ban("sure of life", r"\bsure of life\b|\bshown to be alive\b", "liveness score; liveness checked"),
    Ban("passed over", r"\bpassed over\b", "ignored"),
    Ban("put right", r"\bput(s|ting)? (it |this |them )?right\b", "corrected"),
    Ban("leads nowhere", r"\bleads? nowhere\b", "no longer works"),
    Ban("lies on the hold shelf", r"\blies on the hold shelf\b", "is on the hold shelf"),
)

# Whole lines of text in which a banned expression is right: "PATH: part of the line" -> why.
RIGHT: dict[tuple[str, str], str] = {}

# --- what need not be translated -------------------------------------------------------------------

# Visible in a template as it is, in every language: names, formats, units and examples.
SAME_IN_EVERY_LANGUAGE = frozenset(
    {
        "APCER",
        "BPCER",
        "CSV",
        "MARCXML",
        "Ostiary",
        "PIN",
    }
)
# Python that speaks to operators, in English as Django's own commands do: management commands and what only they call.
# What the engine and liveness say to a person is a code that others word; the rest is about files of models.
# CONTRIBUTING says the same.
ENGLISH_BY_DESIGN = re.compile(r"/management/|/demo/|/engine/|/liveness/|/evidence/|/pinned_archives\.py$")
# The document of the API is for programmers, and in English too; what it refuses is read by people.
API = re.compile(r"/api/")
# A placeholder before a plural that is no count, or one that can only be large.
NOT_COUNTS = frozenset(
    {
        "number books",  # library/kiosk_words.py: the page has another text for one
        "count photos",  # recognition/enrol/capture_messages.py: the same
        "most bytes",  # recognition/live/slot.py: of a picture
        "failures times",  # the text of an e-mail, which a site may edit; it goes out after several
        "fps pictures",  # a rate
    }
)


# --- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text.strip()[:160]}"


def files(suffix: str, *folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and "/vendor/" not in name:
                yield name, path.read_text()


@cache
def python() -> tuple[tuple[str, str], ...]:
    return tuple(files(".py", *APPS))


@cache
def templates() -> tuple[tuple[str, str], ...]:
    return tuple(files(".html", "templates"))


@cache
def scripts() -> tuple[tuple[str, str], ...]:
    return tuple(files(".js", "static"))


@cache
def documents() -> tuple[tuple[str, str], ...]:
    return (*files(".md", "docs"), ("README.md", (ROOT / "README.md").read_text()))


def words_of_python(path: str, source: str) -> Iterator[Words]:
    """Comments, docstrings and strings of more than one word: a single one is a code."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and " " in token.string):
            for number, line in enumerate(token.string.splitlines()):
                yield Words(path, token.start[0] + number, line)


JS_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)""",
    re.DOTALL,
)


def words_of_script(path: str, source: str) -> Iterator[Words]:
    for found in JS_TOKEN.finditer(source):
        if found["comment"] or " " in found[0]:
            for number, line in enumerate(found[0].splitlines()):
                yield Words(path, source.count("\n", 0, found.start()) + 1 + number, line)


DJANGO_COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
MARKED = re.compile(
    r"""\{%-?\s*(?:translate|trans)\s+(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')[^%]*%\}"""
    r"""|\{%-?\s*blocktrans(?:late)?\b(?P<how>[^%]*)%\}(?P<block>.*?)\{%-?\s*endblocktrans(?:late)?\s*%\}"""
    r"""|_\(\s*(?:"(?P<double_filter>[^"]*)"|'(?P<single_filter>[^']*)')\s*\)""",
    re.DOTALL,
)


def words_of_template(path: str, source: str) -> Iterator[Words]:
    """What is marked for translation, and comments. Addresses, classes and ids are codes."""
    for found in [*MARKED.finditer(source), *DJANGO_COMMENT.finditer(source)]:
        number = source.count("\n", 0, found.start()) + 1
        if found.re is MARKED:
            text = " ".join(part for part in found.groupdict().values() if part)
            yield Words(path, number, re.sub(r"<[^>]*>", " ", text))
        else:
            for place, line in enumerate(found[0].splitlines()):
                yield Words(path, number + place, line)


def words_of_document(path: str, source: str) -> Iterator[Words]:
    fenced = False
    for number, line in enumerate(source.splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced and not line.lstrip().startswith("```"):
            yield Words(path, number, re.sub(r"`[^`]*`", "`code`", line))


@cache
def all_words() -> tuple[Words, ...]:
    found = [words for name, text in python() for words in words_of_python(name, text)]
    found += [words for name, text in templates() for words in words_of_template(name, text)]
    found += [words for name, text in scripts() for words in words_of_script(name, text)]
    found += [words for name, text in documents() for words in words_of_document(name, text)]
    return tuple(found)


# --- no calques ------------------------------------------------------------------------------------


def is_right(words: Words) -> bool:
    return any(words.path == path and part in words.text for path, part in RIGHT)


def breaches(ban: Ban) -> list[Words]:
    pattern = re.compile(ban.pattern, re.IGNORECASE)
    return [words for words in all_words() if pattern.search(words.text) and not is_right(words)]


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.name)
def test_no_calque(ban):
    found = breaches(ban)
    assert not found, f"write: {ban.write}\n" + "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("read", "path", "source", "seen"),
    [
        (words_of_python, "a.py", 'x = 1  # made anew\nname = "anew"\n', ["# made anew"]),
        (words_of_python, "a.py", 'def f():\n    """Made\n    anew."""\n', ['"""Made', '    anew."""']),
        (words_of_script, "a.js", "const a = 'made anew'; // all anew\n", ["'made anew'", "// all anew"]),
        (words_of_template, "a.html", '{# one #}<p id="nobody">{% translate "two" %}</p>', ["two", "{# one #}"]),
        (words_of_document, "a.md", "Made `anew` here\n```\nanew\n```\n", ["Made `code` here"]),
    ],
)
def test_what_is_read_as_words(read, path, source, seen):
    assert [words.text for words in read(path, source) if words.text] == seen


# --- nothing unmarked ------------------------------------------------------------------------------

SAID_IN_ATTRIBUTES = ("title", "placeholder", "aria-label", "alt")
QUIET_ELEMENTS = ("script", "style", "code", "pre", "kbd", "samp")
A_WORD = re.compile(r"[^\W\d_]{2,}")


class Visible(HTMLParser):
    """Text that a visitor can read or hear, with its line."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.quiet = 0
        self.found: list[Words] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet += tag in QUIET_ELEMENTS
        for name, value in attrs:
            if name in SAID_IN_ATTRIBUTES:
                self._see(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in QUIET_ELEMENTS

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self._see(data)

    def _see(self, text: str) -> None:
        for number, line in enumerate(text.splitlines()):
            rest = [word for word in A_WORD.findall(line) if word not in SAME_IN_EVERY_LANGUAGE]
            if rest:
                self.found.append(Words(self.path, self.getpos()[0] + number, line))


def blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


# Blocks inside a tag: classes and attributes of the parent's elements.
CLASSES = re.compile(
    r"\{% block (?:\w+_(?:class|attributes) %\}.*?|\w+ %\}\s*hidden\s*)\{% endblock[^%]*%\}", re.DOTALL
)


def unmarked(path: str, source: str) -> list[Words]:
    """What a template shows without a translate tag."""
    source = CLASSES.sub(blank, source)
    rest = MARKED.sub(blank, DJANGO_COMMENT.sub(blank, source))
    rest = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", blank, rest, flags=re.DOTALL)
    page = Visible(path)
    page.feed(rest)
    page.close()
    return page.found


def test_every_text_of_a_template_is_marked():
    found = [words for name, text in templates() for words in unmarked(name, text)]
    assert not found, "\n" + "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p class="some words" id="x">{% translate "Hello" %}</p>', []),
        ('<b title="Hello">{{ name }}: 3 · ×</b>', ["Hello"]),
        ("""<input placeholder="{% translate 'Hello' %}"{% if a %} disabled{% endif %}>""", []),
        ("{% blocktranslate with a=b %}Hello {{ a }}{% endblocktranslate %}", []),
        ("{% blocktranslate count n=b %}Hello{% plural %}Hellos{% endblocktranslate %} there", [" there"]),
        ("<script>const a = 1;</script><pre>id_number</pre>", []),
    ],
)
def test_unmarked_text_is_found(source, seen):
    assert [words.text for words in unmarked("a.html", source)] == seen


LABELS = ("verbose_name", "verbose_name_plural", "help_text", "label", "search_help_text", "short_description")
SAY = ("success", "error", "info", "warning", "debug")


def is_plain(node: ast.AST | None) -> bool:
    """A text that is written where it is used: a literal, an f-string, or parts that are put together."""
    match node:
        case ast.Constant(value=str(text)):
            return bool(set(A_WORD.findall(text)) - SAME_IN_EVERY_LANGUAGE)
        case ast.JoinedStr(values=parts):
            return any(isinstance(part, ast.Constant) and A_WORD.search(str(part.value)) for part in parts)
        case ast.BinOp(left=left, op=ast.Add()):
            return is_plain(left) or is_plain(node.right)
        case ast.BinOp(left=left, op=ast.Mod()):
            return is_plain(left)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return is_plain(value)
    return False


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def said_by(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions of `node` that a person will read."""
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in LABELS[:3] + LABELS[4:]:
        yield node.value
    if not isinstance(node, ast.Call):
        return
    name = called(node)
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if name == "Refused":
        yield from (*node.args[1:2], *([given["message"]] if "message" in given else []))
    if name == "ValidationError":
        yield from node.args[:1]
    if name in SAY and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "messages":
        yield from node.args[1:2]
    if name in ("action", "display") and "description" in given:
        yield given["description"]
    yield from (given[label] for label in LABELS if label in given)


def unmarked_python(path: str, source: str, only: tuple[str, ...] = ()) -> list[Words]:
    """`only`: what these calls say; empty: everything."""
    lines, nodes = source.splitlines(), ast.walk(ast.parse(source))
    chosen = (node for node in nodes if not only or (isinstance(node, ast.Call) and called(node) in only))
    plain = (said for node in chosen for said in said_by(node) if is_plain(said))
    return [Words(path, said.lineno, lines[said.lineno - 1]) for said in plain]


def unmarked_everywhere() -> list[Words]:
    read = [(name, text) for name, text in python() if not ENGLISH_BY_DESIGN.search(name)]
    return [
        words
        for name, text in read
        for words in unmarked_python(name, text, only=("Refused", "ValidationError") if API.search(name) else ())
    ]


def test_what_the_document_of_the_api_says_may_be_english_and_what_it_refuses_may_not():
    source = 'x = Field(help_text="Any.")\nraise Refused("full", "It is full.")'
    assert len(unmarked_python("a.py", source)) == 2
    assert len(unmarked_python("a.py", source, only=("Refused",))) == 1


def test_every_text_that_python_says_is_marked():
    found = unmarked_everywhere()
    assert not found, "\n" + "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('raise Refused("full", "It is full.")', 1),
        ('raise Refused("full", f"It is {full}.")', 1),
        ('raise Refused("full", _("It is full."), status=409)', 0),
        ('raise Refused("full", words % {"n": 1})', 0),
        ('messages.error(request, "No. " + why)', 1),
        ('messages.error(request, f"{row}: {why}")', 0),
        ('raise ValidationError("No.")', 1),
        ('name = models.CharField(_("name"), help_text="Any.")', 1),
        ('class Meta:\n    verbose_name = "book"', 1),
        ('@admin.display(description="book")\ndef book(self): ...', 1),
    ],
)
def test_unmarked_python_is_found(source, count):
    assert len(unmarked_python("a.py", source)) == count


JS_SAYS = re.compile(
    r"""(?:\.(?:textContent|innerText|title|placeholder|ariaLabel|alt)\s*=|\b(?:alert|confirm|prompt)\(|"""
    r"""setAttribute\(\s*["'](?:aria-label|title|placeholder|alt)["']\s*,)\s*(?P<text>"[^"\n]*"|'[^'\n]*'|`[^`]*`)"""
)


def unmarked_script(path: str, source: str) -> list[Words]:
    """Literal text that a script puts on the page. What it needs to say comes from the server, translated."""
    return [
        Words(path, source.count("\n", 0, said.start()) + 1, said[0])
        for said in JS_SAYS.finditer(source)
        if A_WORD.search(re.sub(r"\$\{[^}]*\}", "", said["text"]))
    ]


def test_no_script_has_words_of_its_own():
    found = [words for name, text in scripts() for words in unmarked_script(name, text)]
    assert not found, "\n" + "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('place.textContent = "Hello";', 1),
        ("place.textContent = words.hello;", 0),
        ("place.textContent = `${title} · ${due}`;", 0),
        ('button.setAttribute("aria-label", "Close");', 1),
        ('if (confirm("Sure?")) go();', 1),
        ('place.textContent = "";', 0),
    ],
)
def test_words_of_a_script_are_found(source, count):
    assert len(unmarked_script("a.js", source)) == count


# --- whole sentences, and plural forms -------------------------------------------------------------

GETTEXT = ("_", "gettext", "gettext_lazy", "gettext_noop", "_l")
NGETTEXT = ("ngettext", "ngettext_lazy")
COUNTED = re.compile(
    r"(?:%\((?P<named>\w+)\)[ds]|%d|\{\{ ?(?P<variable>\w+) ?\}\}) (?:(?:more|new|other|open) )?(?P<noun>[a-z]{3,}s)\b"
)
VERBS = re.compile(
    "was|has|does|says|this|its|less|always|waits|needs|goes|asks|opens|gets|shares|writes|belongs|holds|takes|occurs|ends|sends|contains"
)


def glued(path: str, source: str) -> list[Words]:
    """Calls of gettext on something that is put together while the program runs: no translator ever sees it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and called(node) in (*GETTEXT, *NGETTEXT):
            texts = node.args[: 2 if called(node) in NGETTEXT else 1]
            if any(isinstance(text, ast.JoinedStr | ast.BinOp) or is_formatted(text) for text in texts):
                found.append(Words(path, node.lineno, ast.unparse(node)))
    return found


def is_formatted(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) == "format"


def test_no_sentence_is_glued_together():
    found = [words for name, text in python() for words in glued(name, text)]
    assert not found, "\n" + "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('_(f"Hello {name}")', 1),
        ('_("Hello " + name)', 1),
        ('_("Hello %s" % name)', 1),
        ('_("Hello {}".format(name))', 1),
        ('_("Hello %(name)s") % {"name": name}', 0),
        ('ngettext("%d book", "%d " + books, n)', 1),
        ('_("one long "\n  "sentence")', 0),
    ],
)
def test_glued_sentences_are_found(source, count):
    assert len(glued("a.py", source)) == count


def uncounted(text: str) -> bool:
    """Whether a number stands before a plural noun: one of them would read "1 books"."""
    for found in COUNTED.finditer(text):
        name = found["named"] or found["variable"] or "n"
        if not VERBS.fullmatch(found["noun"]) and f"{name} {found['noun']}" not in NOT_COUNTS:
            return True
    return False


def without_plural(path: str, source: str) -> list[Words]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and called(node) in GETTEXT
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            text = str(node.args[0].value)
            if uncounted(text):
                found.append(Words(path, node.lineno, text))
    return found


def template_without_plural(path: str, source: str) -> list[Words]:
    return [
        Words(path, source.count("\n", 0, block.start()) + 1, block["block"])
        for block in MARKED.finditer(source)
        if block["block"] and " count " not in f" {block['how']} " and uncounted(block["block"])
    ]


def uncounted_everywhere() -> list[Words]:
    found = [words for name, text in python() for words in without_plural(name, text)]
    return found + [words for name, text in templates() for words in template_without_plural(name, text)]


def test_a_count_before_a_noun_has_plural_forms():
    found = uncounted_everywhere()
    assert not found, "\n" + "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%(n)d books", True),
        ("%d more lines", True),
        ("{{ n }} books", True),
        ("%(n)d book", False),
        ("%(name)s was here", False),
        ("{{ name }} has left", False),
    ],
)
def test_counts_before_nouns_are_found(text, expected):
    assert uncounted(text) == expected
