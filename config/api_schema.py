"""Tells the OpenAPI schema what DRF cannot know: every error is one problem document."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `errors` lists what is wrong with each field.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": TEXT,
        "errors": {
            "type": "object",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "detail"],
                    "properties": {"code": TEXT, "detail": TEXT},
                },
            },
        },
        "details": {"type": "object", "additionalProperties": True},
    },
}
ANSWER = {
    "description": "Anything else: a problem with a stable code.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe_problems(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """A drf-spectacular postprocessing hook."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = ANSWER
    return result
