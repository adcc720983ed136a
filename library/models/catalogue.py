"""What the library has: titles, and the copies of each on its shelves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from library.models.branches import Branch
from library.rules import isbn, sort_titles, text_folding
from library.rules.lending import CopyStatus


class Title(models.Model):
    """One work in one edition. Copies are the things that people carry."""

    title = models.CharField(_("title"), max_length=500)
    authors = models.CharField(_("authors"), max_length=500, blank=True)
    isbn = models.CharField(
        _("ISBN"), max_length=13, null=True, blank=True, unique=True, help_text=_("ISBN-10 is kept as ISBN-13.")
    )
    edition = models.CharField(_("edition"), max_length=120, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    subjects = models.TextField(_("subjects"), blank=True, help_text=_("One on each line."))
    call_number = models.CharField(_("call number"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=40, blank=True)
    # In their own script, where the fields above are romanised (MARC 880).
    title_original = models.CharField(_("title in original script"), max_length=500, blank=True)
    authors_original = models.CharField(_("authors in original script"), max_length=500, blank=True)
    publisher_original = models.CharField(_("publisher in original script"), max_length=200, blank=True)
    # Where it was imported from: the same record again changes this row instead of adding one.
    source_key = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)
    # What the search looks through, lower case and without accents.
    search_text = models.TextField(blank=True, editable=False)
    # What it is filed under: without its leading article. `nonfiling`: how many letters a MARC record leaves out.
    sort_title = models.CharField(max_length=200, blank=True, editable=False, db_index=True)
    nonfiling = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("title", "pk")
        verbose_name = _("title")
        verbose_name_plural = _("titles")
        indexes = (models.Index(fields=["title"]),)

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """However it is kept, it can be found."""
        self.remember()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_text", "sort_title"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.isbn:
            found = isbn.read(self.isbn)
            if found is None:
                raise ValidationError(
                    {"isbn": _("This is not an ISBN: its check digit is wrong. Check the number in the book.")}
                )
            self.isbn = found
        self.isbn = self.isbn or None

    def remember(self) -> None:
        """Keep search_text and sort_title as the rest says. Bulk writes, which do not save, call it themselves."""
        self.sort_title = sort_titles.sort_title(self.title, self.language, self.nonfiling)
        self.search_text = text_folding.search_text(
            title=f"{self.title} {self.title_original}",
            authors=f"{self.authors} {self.authors_original}",
            subjects=self.subjects,
            numbers=filter(None, [self.isbn]),
        )


class Copy(models.Model):
    """One book with a barcode of its own."""

    STATUSES = (
        (CopyStatus.AVAILABLE.value, _("Available")),
        (CopyStatus.ON_LOAN.value, _("On loan")),
        (CopyStatus.HOLD_SHELF.value, _("On the hold shelf")),
        (CopyStatus.IN_TRANSIT.value, _("In transit")),
        (CopyStatus.REFERENCE.value, _("Reference only")),
        (CopyStatus.LOST.value, _("Lost")),
        (CopyStatus.WITHDRAWN.value, _("Withdrawn")),
    )

    title = models.ForeignKey(Title, models.PROTECT, related_name="copies", verbose_name=_("title"))
    barcode = models.CharField(_("barcode"), max_length=64, unique=True)
    rfid_tag = models.CharField(
        _("RFID tag"),
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Read by scanners in place of the barcode."),
    )
    has_eas = models.BooleanField(
        _("security strip"), default=False, help_text=_("A strip without a number that rings at the gate (EAS).")
    )
    item_type = models.SlugField(_("item type"), max_length=32, default="book")
    branch = models.ForeignKey(  # null: the one library
        Branch, models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("branch")
    )
    location = models.CharField(_("location"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=STATUSES, default=CopyStatus.AVAILABLE)
    price = models.DecimalField(
        _("price"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What a reader pays who loses it. Empty: the library's usual price."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    acquired_on = models.DateField(_("acquired on"), null=True, blank=True)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False, db_index=True)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)  # by an inventory or a return

    class Meta:
        ordering = ("barcode",)
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        indexes = (models.Index(fields=["title", "status"]),)

    def __str__(self) -> str:
        return self.barcode

    def clean(self) -> None:
        self.rfid_tag = (self.rfid_tag or "").strip() or None
        taken = Copy.objects.exclude(pk=self.pk)
        if self.rfid_tag and taken.filter(barcode=self.rfid_tag).exists():
            raise ValidationError({"rfid_tag": _("Another copy has this number as its barcode.")})
        if taken.filter(rfid_tag=self.barcode).exists():
            raise ValidationError({"barcode": _("Another copy has this number as its RFID tag.")})

    @property
    def has_tag(self) -> bool:
        """Whether a pad is told when it is lent or returned."""
        return bool(self.rfid_tag) or self.has_eas
