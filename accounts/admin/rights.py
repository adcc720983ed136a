"""Who may change people: administrators, whatever groups or single permissions say."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.identity import sign_ins
from accounts.identity.signed_in import asker
from accounts.models import User
from accounts.people.lifecycle import delete_person
from config.web.admin.rights import DeletesWhole


class PersonRights(DeletesWhole, UserAdmin):
    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return bool(request.user.is_authenticated and request.user.is_administrator)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self.has_change_permission(request) and (obj is None or obj.pk != request.user.pk)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Django gives the administrator's own session another key here, whosever password it was."""
        before = request.session.session_key
        answer = super().user_change_password(request, id, form_url)
        sign_ins.follow(before, request.session.session_key)
        return answer

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"editor": request.user})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What has ended hinders nothing: it loses its name. What has not is refused by the rules, in a sentence."""
        listed, counts, needed, _protected = super().get_deleted_objects(objs, request)
        return listed, counts, needed, []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        delete_person(obj, by=asker(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            delete_person(person, by=asker(request))
