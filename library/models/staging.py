"""A catalogue file between its upload and its import: what would become of each record, and which are wanted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

VERDICTS = {
    "new": _("New"),
    "changed": _("Changed"),
    "same": _("Unchanged"),
    "again": _("Duplicate in this file"),
    "skipped": _("Skipped"),
}
PERSON = settings.AUTH_USER_MODEL


class ImportStage(models.Model):
    """One uploaded file, its uploader's own. The file lies in VAR_DIR until the stage is imported or discarded."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Ready to import")
        APPLYING = "applying", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Interrupted")

    by = models.ForeignKey(PERSON, models.CASCADE, related_name="import_stages", verbose_name=_("by"))
    name = models.CharField(_("file"), max_length=200)
    token = models.CharField(max_length=64, editable=False)  # of the file
    size = models.PositiveBigIntegerField(default=0)  # bytes
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.CHECKING)
    why = models.CharField(max_length=300, blank=True)  # it was interrupted
    done = models.PositiveIntegerField(default=0)  # per cent of the work at hand
    # Where copies are read from (`items.dialects`) and MARC 21 or UNIMARC; empty: the file has not been looked at,
    # and each record tells by itself.
    copies_from = models.CharField(_("copies are read from"), max_length=20, blank=True)
    record_format = models.CharField(_("format of the records"), max_length=8, blank=True)
    found = models.JSONField(default=dict, editable=False)  # what the file was seen to have (`items.found`)
    made_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, editable=False)  # by the process that works on it

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name


class StagedRecord(models.Model):
    """What would be done, or was done, with one record of the file. `code` is one of VERDICTS."""

    stage = models.ForeignKey(ImportStage, models.CASCADE, related_name="records")
    number = models.PositiveIntegerField(_("record"))
    code = models.CharField(_("result"), max_length=8)
    title = models.CharField(_("title"), max_length=200)
    authors = models.CharField(_("authors"), max_length=200, blank=True)
    isbn = models.CharField(_("ISBN"), max_length=13, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    copies = models.PositiveIntegerField(_("copies"), default=0)
    notes = models.JSONField(default=list)
    wanted = models.BooleanField(default=True)
    applied = models.BooleanField(default=False)

    class Meta:
        ordering = ("number",)
        verbose_name = _("staged record")
        verbose_name_plural = _("staged records")
        constraints = (models.UniqueConstraint(fields=["stage", "number"], name="one_line_for_each_record"),)

    @property
    def label(self) -> str:
        return str(VERDICTS.get(self.code, self.code))
