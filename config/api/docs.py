"""The API's documentation as a page, with every script and style served by us."""

from __future__ import annotations

from drf_spectacular.views import SpectacularSwaggerSplitView


class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger UI in two requests, page and script, so that the site's content security policy holds for it too."""

    url_name = "api:schema"
    template_name = "api/docs.html"
