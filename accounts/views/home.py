"""The page after signing in: whatever this person's role may open."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.menu import menu_of


@login_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"entries": menu_of(request)})
