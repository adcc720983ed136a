"""Face photos. Each is seen one at a time, by staff whose role serves its purpose, and each look is logged."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Purpose
from config.web.admin.rights import ReadOnlyAdmin
from recognition.enrol.enrolment import remove_sample
from recognition.faces import access_log, crypto
from recognition.faces.permissions import purposes_for, samples_for
from recognition.models import FaceSample, SampleUse


class ServedPurpose(admin.SimpleListFilter):
    """Photos by purpose, among those of the role: a photo may serve others too, which are not told."""

    title = gettext_lazy("used for")
    parameter_name = "purpose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        mine = purposes_for(cast(User, request.user))
        return [choice for choice in Purpose.choices if choice[0] in mine]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FaceSample]) -> QuerySet[FaceSample]:
        allowed = {purpose for purpose, _label in self.lookup_choices}
        return queryset.filter(uses__purpose=self.value()) if self.value() in allowed else queryset


@admin.register(FaceSample)
class FaceSampleAdmin(ReadOnlyAdmin):
    list_display = ("person", "look", "purposes", "source", "score", "created_at", "added_by")
    list_display_links = ("created_at",)
    list_filter = ("source", ServedPurpose)
    list_select_related = ("person", "added_by")
    search_fields = ("person__id_number", "person__first_name", "person__last_name")
    date_hierarchy = "created_at"
    fields = ("person", "photo", "purposes", "measures", "source", "profile", "added_by", "created_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[FaceSample]:
        user = cast(User, request.user)
        mine = SampleUse.objects.filter(purpose__in=purposes_for(user)).order_by("purpose")
        ordered = samples_for(user).order_by(*self.get_ordering(request))
        return ordered.defer("crop", "embedding").prefetch_related(Prefetch("uses", mine, "uses_of_mine"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("recognition.delete_facesample")

    def delete_model(self, request: HttpRequest, obj: FaceSample) -> None:
        remove_sample(obj, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[FaceSample]) -> None:
        for sample in queryset:
            remove_sample(sample, by=cast(User, request.user))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A photo takes its uses with it; no one needs a permission of their own for those."""
        listed, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return listed, counts, set(), protected

    def get_urls(self) -> list[URLPattern]:
        photo = path(
            "photo/<int:pk>/", self.admin_site.admin_view(self.photo_view), name="recognition_facesample_photo"
        )
        return [photo, *super().get_urls()]

    def photo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The crop itself, decrypted for this one look, which is logged before it is shown."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = cast(User, request.user)
        sample = get_object_or_404(samples_for(user).select_related("person"), pk=pk)
        context, place = crypto.sample_context(sample.person_id), crypto.crop_place(sample.digest)
        jpeg = crypto.decrypt(sample.crop, context=context, place=place)
        access_log.record("photo_viewed", actor=user, person=sample.person, sample=sample.pk)
        headers = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}
        return HttpResponse(jpeg, content_type="image/jpeg", headers=headers)

    @admin.display(description="")
    def look(self, sample: FaceSample) -> SafeString:
        return format_html('<a href="{}">{}</a>', _photo_url(sample), _("View"))

    @admin.display(description=gettext_lazy("photo"))
    def photo(self, sample: FaceSample) -> SafeString:
        words = _("Face photo of %(person)s") % {"person": sample.person}
        return format_html('<img src="{}" alt="{}" width="240">', _photo_url(sample), words)

    @admin.display(description=gettext_lazy("used for"))
    def purposes(self, sample: Any) -> str:
        return ", ".join(str(use.get_purpose_display()) for use in sample.uses_of_mine)

    @admin.display(description=gettext_lazy("quality"))
    def score(self, sample: FaceSample) -> str:
        return f"{sample.quality['score']:.0%}" if "score" in sample.quality else "–"

    @admin.display(description=gettext_lazy("quality"))
    def measures(self, sample: FaceSample) -> str:
        quality = sample.quality
        if not quality:
            return "–"
        return _("%(size)d px, sharpness %(sharpness)d, light %(light)d, turned %(yaw)d°") % quality


def _photo_url(sample: FaceSample) -> str:
    return reverse("admin:recognition_facesample_photo", args=[sample.pk])
