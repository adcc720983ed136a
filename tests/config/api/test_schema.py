"""The OpenAPI schema is valid, whole, and has no place for a pixel or a vector."""

import io
import re

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from rest_framework import serializers

from tests.support.addresses import addresses

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
OURS = {"accounts", "attendance", "home", "library", "lockers", "recognition", "visitors"}
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


def blank_fields():
    """(component, field) of each choice that a model may keep blank and an answer shows."""
    for one in set(descendants(serializers.ModelSerializer)):
        meta = getattr(one, "Meta", None)
        if meta is None or one.__module__.split(".")[0] not in OURS:
            continue
        for name, field in one().fields.items():
            if isinstance(field, serializers.ChoiceField) and field.read_only and "." not in field.source:
                column = next((c for c in meta.model._meta.fields if c.name == field.source), None)
                if column is not None and column.blank:
                    yield one.__name__.removesuffix("Serializer"), name


def descendants(kind):
    for sub in kind.__subclasses__():
        yield sub
        yield from descendants(sub)


def test_a_choice_that_may_be_blank_says_so(schema):
    blank = set(blank_fields())
    assert ("ImpostorExample", "why") in blank
    for component, name in blank & {
        (c, n) for c, at in schema["components"]["schemas"].items() for n in at.get("properties", {})
    }:
        said = schema["components"]["schemas"][component]["properties"][name]
        assert {"$ref": "#/components/schemas/BlankEnum"} in said.get("oneOf", []), (component, name)


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
    files = {"MarkFileRequest", "TimetableFileRequest", "UploadRequest"}
    assert binary == {"EnrolRequest", "IdentifyRequest", "VerifyRequest", *files}


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
