"""The rows of the role matrix for the institution's page, and for what everyone sees of it."""

from __future__ import annotations

ROWS = """
# --- the institution (changed by administrators only)
GET    /institution/                                             login 200   403   403   403   403   login
POST   /institution/                                             login 302   403   403   403   403   login
GET    /institution/colours.css                                  200   200   200   200   200   200   200
GET    /institution/logo.png                                     404   404   404   404   404   404   404
GET    /institution/icon-<side>.png                              404   404   404   404   404   404   404
GET    /api/v1/institution/                                      401   200   200   200   200   200   401
# an administrator of the world below has a row already: a second one is refused
GET    /admin/branding/sitebranding/                             login 200   login 403   403   login login
GET    /admin/branding/sitebranding/add/                         login 403   login 403   403   login login
GET    /admin/branding/sitebranding/<object_id>/change/          login 200   login 403   403   login login
GET    /admin/branding/sitebranding/<object_id>/delete/          login 200   login 403   403   login login
"""
