"""Which admin site Django builds. Apart from the site itself, which may only be imported once all apps are ready."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class OstiaryAdminConfig(AdminConfig):
    default_site = "config.web.admin.site.OstiaryAdminSite"
