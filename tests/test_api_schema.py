"""The OpenAPI schema is valid, whole, and has no place for a pixel or a vector."""

import io
import re

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from tests.addresses import addresses

pytestmark = pytest.mark.django_db
BIOMETRIC = re.compile(r"crop|embedding|vector|template(?!_photos)|pixel|digest|thumbnail|password|token_hash|\bpin\b")


@pytest.fixture(scope="module")
def schema():
    """Built with --fail-on-warn: a view that drf-spectacular cannot read fails here."""
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return yaml.safe_load(out.getvalue())


def operations(schema):
    return [
        (method, path, operation) for path, methods in schema["paths"].items() for method, operation in methods.items()
    ]


def properties(node):
    """Every name of a property, anywhere in a part of the schema."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for value in node.values():
            yield from properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from properties(value)


def test_every_address_of_the_api_is_in_the_schema(schema):
    ours = {
        (address.method, re.sub(r"<(\w+)>", r"{\1}", address.path).replace("{pk}", "{id}"))
        for address in addresses()
        if address.path.startswith("/api/v1/")
    }
    assert {(method.upper(), path) for method, path, _ in operations(schema)} == ours


def test_every_operation_says_in_a_few_words_what_it_does_and_how_it_fails(schema):
    for method, path, operation in operations(schema):
        assert operation.get("summary"), (method, path)
        assert "application/problem+json" in operation["responses"]["default"]["content"], (method, path)


def test_no_answer_has_a_place_for_a_pixel_a_vector_or_a_secret(schema):
    named = set(properties(schema["components"]))
    assert {"id_number", "distance", "quality", "template_photos"} <= named
    assert not {name for name in named if BIOMETRIC.search(name)}


def test_files_go_in_and_never_come_out(schema):
    binary = {
        name
        for name, component in schema["components"]["schemas"].items()
        if "'binary'" in str(component) or "'byte'" in str(component)
    }
    assert binary == {"EnrolRequest", "IdentifyRequest", "VerifyRequest"}


def test_the_schema_and_its_page_are_served_by_us_alone():
    assert Client().get("/api/schema/").status_code == 200
    page = Client().get("/api/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert "drf_spectacular_sidecar" in html
    assert "<style" not in html
    assert not re.search(r"https?://", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "unsafe" not in page["Content-Security-Policy"]


def test_the_script_of_the_page_is_a_file_of_its_own():
    script = Client().get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"SwaggerUIBundle" in script.content
