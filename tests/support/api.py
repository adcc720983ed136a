"""Calling the API as somebody, with a real token, and reading its refusals."""

from __future__ import annotations

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.support.fake_engine import picture

V1 = "/api/v1"


def client_of(person):
    """A program that signed in as `person` and sends the token with every request."""
    _row, token = AuthToken.objects.create(user=person)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def code_of(response):
    """The code of a problem document; fails when the answer is no problem document."""
    assert response["Content-Type"] == "application/problem+json", (response.status_code, response["Content-Type"])
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    return body["code"]


def photo(*names, file="photo.jpg", **fields):
    return SimpleUploadedFile(file, picture(*names, **fields), "image/jpeg")


def results(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]
