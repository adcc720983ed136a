"""The library's rows of the role matrix, and the shelves that they are asked about."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import WebhookDelivery, WebhookEndpoint
from library.circulation import fines, holds, loans
from library.models import ExitPass, Fine, HelpRequest, Loan, TagCommand, TagPad
from tests.support.library import book

ROWS = """
# --- library: API (librarians and administrators lend; members see what is their own)
GET    /api/v1/library/branches/                                 401   200   200   200   200   200   401
POST   /api/v1/library/checkin/                                  401   400   403   400   403   403   401
POST   /api/v1/library/checkout/                                 401   400   403   400   403   403   401
GET    /api/v1/library/circulation.csv                           401   200   403   200   403   403   401
GET    /api/v1/library/copies/                                   401   200   200   200   200   200   401
GET    /api/v1/library/copies/<barcode>/                         401   200   200   200   200   200   401
GET    /api/v1/library/events/                                   401   200   403   200   403   403   401
POST   /api/v1/library/gates/alarm/                              401   400   403   400   403   403   401
GET    /api/v1/library/fines/                                    401   200   200   200   200   200   401
POST   /api/v1/library/fines/<pk>/pay/                           401   400   403   400   403   403   401
POST   /api/v1/library/fines/<pk>/refund/                        401   409   403   409   403   403   401
POST   /api/v1/library/fines/<pk>/waive/                         401   400   403   400   403   403   401
GET    /api/v1/library/help/                                     401   200   403   200   403   403   401
POST   /api/v1/library/help/<pk>/coming/                         401   200   403   200   403   403   401
POST   /api/v1/library/help/<pk>/resolve/                        401   200   403   200   403   403   401
POST   /api/v1/library/help/<pk>/let-out/                        401   409   403   409   403   403   401
GET    /api/v1/library/history-choice/                           401   200   200   200   200   200   401
PUT    /api/v1/library/history-choice/                           401   400   400   400   400   400   401
GET    /api/v1/library/holds/                                    401   200   200   200   200   200   401
POST   /api/v1/library/holds/                                    401   400   400   400   400   400   401
POST   /api/v1/library/holds/<pk>/cancel/                        401   200   404   200   404   404   401
GET    /api/v1/library/isbn/                                     401   409   403   409   403   403   401
POST   /api/v1/library/isbn/                                     401   400   403   400   403   403   401
GET    /api/v1/library/imports/                                  401   200   403   200   403   403   401
POST   /api/v1/library/imports/                                  401   400   403   400   403   403   401
GET    /api/v1/library/imports/<pk>/                             401   404   403   404   403   403   401
DELETE /api/v1/library/imports/<pk>/                             401   404   403   404   403   403   401
GET    /api/v1/library/imports/<pk>/records/                     401   404   403   404   403   403   401
POST   /api/v1/library/imports/<pk>/apply/                       401   404   403   404   403   403   401
POST   /api/v1/library/imports/<pk>/choose/                      401   404   403   404   403   403   401
GET    /api/v1/library/loan-policies/                            401   200   403   200   403   403   401
GET    /api/v1/library/opening-hours/                            401   200   200   200   200   200   401
POST   /api/v1/library/passes/<number>/use/                      401   200   403   200   403   403   401
GET    /api/v1/library/patrons/<id_number>/                      401   200   403   200   403   403   401
GET    /api/v1/library/patrons/me/                               401   200   200   200   200   200   401
GET    /api/v1/library/reading-list/                             401   200   200   200   200   200   401
POST   /api/v1/library/reading-list/                             401   400   400   400   400   400   401
DELETE /api/v1/library/reading-list/<pk>/                        401   204   204   204   204   204   401
POST   /api/v1/library/renew/                                    401   400   400   400   400   400   401
POST   /api/v1/library/renew-all/                                401   200   200   200   200   200   401
GET    /api/v1/library/titles/                                   401   200   200   200   200   200   401
GET    /api/v1/library/titles/<pk>/                              401   200   200   200   200   200   401
GET    /api/v1/library/staffing/                                 401   200   403   200   403   403   401
PUT    /api/v1/library/staffing/                                 401   400   403   400   403   403   401
GET    /api/v1/library/tag-commands/                             401   200   403   200   403   403   401
POST   /api/v1/library/tag-commands/<pk>/again/                  401   200   403   200   403   403   401
GET    /api/v1/library/transits/                                 401   200   403   200   403   403   401
GET    /api/v1/library/unstaffed/                                401   200   403   200   403   403   401
GET    /api/v1/library/visits/                                   401   200   403   200   403   403   401
POST   /api/v1/library/titles/<pk>/copies/                       401   400   403   400   403   403   401
# --- webhooks: API, for administrators as in the admin
GET    /api/v1/webhooks/                                         401   200   403   403   403   403   401
POST   /api/v1/webhooks/                                         401   400   403   403   403   403   401
GET    /api/v1/webhooks/events/                                  401   200   403   403   403   403   401
GET    /api/v1/webhooks/<pk>/                                    401   200   403   403   403   403   401
PUT    /api/v1/webhooks/<pk>/                                    401   400   403   403   403   403   401
PATCH  /api/v1/webhooks/<pk>/                                    401   200   403   403   403   403   401
DELETE /api/v1/webhooks/<pk>/                                    401   204   403   403   403   403   401
POST   /api/v1/webhooks/<pk>/rotate/                             401   200   403   403   403   403   401
POST   /api/v1/webhooks/<pk>/replay/                             401   200   403   403   403   403   401
GET    /api/v1/webhook-deliveries/                               401   200   403   403   403   403   401
GET    /api/v1/webhook-deliveries/<pk>/                          401   200   403   403   403   403   401
POST   /api/v1/webhook-deliveries/<pk>/replay/                   401   200   403   403   403   403   401
# --- library: webhooks in the admin, for administrators
GET    /admin/library/webhookdelivery/                           login 200   login 403   403   login login
GET    /admin/library/webhookdelivery/<object_id>/change/        login 200   login 403   403   login login
GET    /admin/library/webhookdelivery/<object_id>/delete/        login 403   login 403   403   login login
GET    /admin/library/webhookdelivery/add/                       login 403   login 403   403   login login
GET    /admin/library/webhookendpoint/                           login 200   login 403   403   login login
GET    /admin/library/webhookendpoint/<object_id>/change/        login 200   login 403   403   login login
GET    /admin/library/webhookendpoint/<object_id>/delete/        login 200   login 403   403   login login
GET    /admin/library/webhookendpoint/add/                       login 200   login 403   403   login login
"""


class Shelves:
    """One book that Grace has, one that she waits for, and her pass."""

    def __init__(self, *, reader) -> None:
        self.copy = book("B-1", "Pride and Prejudice")
        loans.check_out(self.copy, to=reader)
        self.hold = holds.place(book("B-2", "Emma", status="on_loan").title, reader)
        self.reader = reader
        past = Loan.objects.create(copy=self.copy, person=reader, due_at=timezone.now(), open_slot=None)
        self.fine = fines.charge(past, Fine.Kind.LATE, Decimal(2))
        ExitPass.objects.create(
            number="GOOD", person=reader, allowed=True, expires_at=timezone.now() + timedelta(hours=1)
        )

        self.help = HelpRequest.objects.create(station="library-west", cause="asked")
        pad = TagPad.objects.create(station="library-west", url="http://127.0.0.1:9/")
        self.command = TagCommand.objects.create(
            pad=pad, copy=self.copy, action="on", state="done", expires_at=timezone.now()
        )
        self.outside = outside = WebhookEndpoint.objects.create(name="College", url="https://college.example.org/hook")
        self.delivery = WebhookDelivery.objects.create(
            endpoint=outside, kind="library.loaned", give_up_at=timezone.now()
        )

    def arguments(self) -> dict[str, object]:
        """By the part of the address before the argument, as in tests/support/role_world.py."""
        api = "/api/v1/library/"
        return {
            f"{api}copies/": self.copy.barcode,
            f"{api}fines/": self.fine.pk,
            f"{api}help/": self.help.pk,
            f"{api}tag-commands/": self.command.pk,
            f"{api}imports/": 999_999,
            f"{api}holds/": self.hold.pk,
            f"{api}passes/": "GOOD",
            f"{api}patrons/": self.reader.id_number,
            f"{api}reading-list/": self.copy.title_id,
            f"{api}titles/": self.copy.title_id,
            "/api/v1/webhooks/": self.outside.pk,
            "/api/v1/webhook-deliveries/": self.delivery.pk,
        }
