"""The pages of the library in the role matrix: rows as in tests/support/role_matrix.py, and what they need.

Grace has a book and waits for another; the title `Emma` has a copy on the shelf. The member, Ada, has a book too.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from django.utils import timezone

from library.circulation import fines, holds, journal, loans, patrons
from library.models import (
    Branch,
    ExitPass,
    Fine,
    HelpRequest,
    HistoryChoice,
    ImportStage,
    LibraryClosedDay,
    LibraryOpeningHours,
    LibraryStaffing,
    LibraryStation,
    Loan,
    LoanPolicy,
    TagCommand,
    TagPad,
    Transit,
    UnstaffedReport,
)
from library.visits import visits
from tests.support.library import book

ROWS = """
# --- library: pages for everybody and for readers
GET    /library/                                                 200   200   200   200   200   200   200
GET    /library/hours/                                           200   200   200   200   200   200   200
GET    /library/titles/<pk>/                                     200   200   200   200   200   200   200
GET    /library/titles/<pk>/hold/                                302   302   302   302   302   302   302
POST   /library/titles/<pk>/hold/                                login 302   302   302   302   302   login
GET    /library/mine/                                            login 200   200   200   200   200   login
GET    /library/mine/history/                                    login 200   200   200   200   200   login
GET    /library/mine/history/choice/                             302   302   302   302   302   302   302
POST   /library/mine/history/choice/                             login 302   302   302   302   302   login
GET    /library/mine/list/                                       login 200   200   200   200   200   login
GET    /library/titles/<pk>/list/<act>/                          302   302   302   302   302   302   302
POST   /library/titles/<pk>/list/<act>/                          login 302   302   302   302   302   login
GET    /library/mine/statement/                                  login 200   200   200   200   200   login
GET    /library/mine/renew/                                      302   302   302   302   302   302   302
POST   /library/mine/renew/                                      login 302   302   302   302   302   login
GET    /library/mine/loans/<pk>/renew/                           302   302   302   302   302   302   302
POST   /library/mine/loans/<pk>/renew/                           login 404   404   404   404   302   login
GET    /library/mine/holds/<pk>/cancel/                          302   302   302   302   302   302   302
POST   /library/mine/holds/<pk>/cancel/                          login 404   404   404   404   404   login
# --- library: the desk
GET    /library/desk/                                            login 200   403   200   403   403   login
GET    /library/desk/return/                                     login 200   403   200   403   403   login
GET    /library/desk/branch/                                     302   302   302   302   302   302   302
POST   /library/desk/branch/                                     login 302   403   302   403   403   login
GET    /library/desk/return/clear/                               302   302   302   302   302   302   302
POST   /library/desk/return/clear/                               login 302   403   302   403   403   login
POST   /library/desk/return/                                     login 302   403   302   403   403   login
GET    /library/desk/people/<person>/                            login 200   403   200   403   403   login
GET    /library/desk/people/<person>/issue/                      302   302   302   302   302   302   302
POST   /library/desk/people/<person>/issue/                      login 302   403   302   403   403   login
GET    /library/desk/people/<person>/issue/<copy>/               302   302   302   302   302   302   302
POST   /library/desk/people/<person>/issue/<copy>/               login 302   403   302   403   403   login
GET    /library/desk/people/<person>/hold/                       302   302   302   302   302   302   302
POST   /library/desk/people/<person>/hold/                       login 302   403   302   403   403   login
GET    /library/desk/people/<person>/block/                      302   302   302   302   302   302   302
POST   /library/desk/people/<person>/block/                      login 302   403   302   403   403   login
GET    /library/desk/people/<person>/unblock/                    302   302   302   302   302   302   302
POST   /library/desk/people/<person>/unblock/                    login 302   403   302   403   403   login
GET    /library/desk/people/<person>/let-in/                     302   302   302   302   302   302   302
POST   /library/desk/people/<person>/let-in/                     login 302   403   302   403   403   login
GET    /library/desk/loans/<pk>/settle-lost/                     302   302   302   302   302   302   302
POST   /library/desk/loans/<pk>/settle-lost/                     login 302   403   302   403   403   login
GET    /library/desk/passes/<pk>/again/                          302   302   302   302   302   302   302
POST   /library/desk/passes/<pk>/again/                          login 302   403   302   403   403   login
GET    /library/desk/people/<person>/renew/                      302   302   302   302   302   302   302
POST   /library/desk/people/<person>/renew/                      login 302   403   302   403   403   login
GET    /library/desk/loans/<pk>/renew/                           302   302   302   302   302   302   302
POST   /library/desk/loans/<pk>/renew/                           login 302   403   302   403   403   login
GET    /library/desk/people/<person>/pay/                        302   302   302   302   302   302   302
POST   /library/desk/people/<person>/pay/                        login 302   403   302   403   403   login
GET    /library/desk/people/<person>/statement/                  login 200   403   200   403   403   login
GET    /library/desk/people/<person>/receipt/                    login 200   403   200   403   403   login
POST   /library/desk/people/<person>/receipt/                    login 302   403   302   403   403   login
GET    /library/desk/fines/<pk>/waive/                           302   302   302   302   302   302   302
POST   /library/desk/fines/<pk>/waive/                           login 302   403   302   403   403   login
GET    /library/desk/fines/<pk>/refund/                          302   302   302   302   302   302   302
POST   /library/desk/fines/<pk>/refund/                          login 302   403   302   403   403   login
GET    /library/desk/holds/<pk>/cancel/                          302   302   302   302   302   302   302
POST   /library/desk/holds/<pk>/cancel/                          login 302   403   302   403   403   login
GET    /library/today/                                           login 200   403   200   403   403   login
GET    /library/help/                                            login 200   403   200   403   403   login
GET    /library/help/<pk>/<act>/                                 302   302   302   302   302   302   302
POST   /library/help/<pk>/<act>/                                 login 302   403   302   403   403   login
GET    /library/unstaffed/                                       login 200   403   200   403   403   login
GET    /library/staffing/                                        login 200   403   200   403   403   login
POST   /library/staffing/                                        login 400   403   400   403   403   login
GET    /library/tags/<pk>/<act>/                                 302   302   302   302   302   302   302
POST   /library/tags/<pk>/<act>/                                 login 302   403   302   403   403   login
GET    /library/overdue/                                         login 200   403   200   403   403   login
GET    /library/holds/                                           login 200   403   200   403   403   login
GET    /library/transit/                                         login 200   403   200   403   403   login
GET    /library/inside/                                          login 200   403   200   403   403   login
GET    /library/alarms/<slug>/end/                               302   302   302   302   302   302   302
POST   /library/alarms/<slug>/end/                               login 302   403   302   403   403   login
GET    /library/isbn/                                            login 200   403   200   403   403   login
GET    /library/isbn/results/                                    login 422   403   422   403   403   login
GET    /library/isbn/<token>/<number>/                           302   302   302   302   302   302   302
POST   /library/isbn/<token>/<number>/                           login 302   403   302   403   403   login
GET    /library/titles/<pk>/copies/                              login 200   403   200   403   403   login
POST   /library/titles/<pk>/copies/                              login 400   403   400   403   403   login
GET    /library/labels/                                          login 200   403   200   403   403   login
GET    /library/labels/print/                                    302   302   302   302   302   302   302
POST   /library/labels/print/                                    login 400   403   400   403   403   login
GET    /library/inside/<pk>/end/                                 302   302   302   302   302   302   302
POST   /library/inside/<pk>/end/                                 login 302   403   302   403   403   login
GET    /library/copies/<pk>/<act>/                               302   302   302   302   302   302   302
POST   /library/copies/<pk>/<act>/                               login 302   403   302   403   403   login
GET    /library/inventory/                                       login 200   403   200   403   403   login
POST   /library/inventory/                                       login 400   403   400   403   403   login
GET    /library/import/                                          login 200   403   200   403   403   login
POST   /library/import/                                          login 400   403   400   403   403   login
GET    /library/import/<pk>/                                     login 200   403   200   403   403   login
GET    /library/import/<pk>/tick/                                302   302   302   302   302   302   302
POST   /library/import/<pk>/tick/                                login 302   403   302   403   403   login
GET    /library/import/<pk>/<act>/                               302   302   302   302   302   302   302
POST   /library/import/<pk>/<act>/                               login 302   403   302   403   403   login
GET    /library/export/<form>/                                   login 200   403   200   403   403   login
GET    /library/reports/                                         login 200   403   200   403   403   login
GET    /library/reports/<form>/                                  login 200   403   200   403   403   login
GET    /library/rules/                                           login 200   403   200   403   403   login
# --- library: admin
GET    /admin/library/circulationevent/                          login 200   login 200   403   login login
GET    /admin/library/circulationevent/<object_id>/change/       login 200   login 200   403   login login
GET    /admin/library/circulationevent/<object_id>/delete/       login 403   login 403   403   login login
GET    /admin/library/circulationevent/add/                      login 403   login 403   403   login login
GET    /admin/library/copy/                                      login 200   login 200   403   login login
GET    /admin/library/copy/<object_id>/change/                   login 200   login 200   403   login login
GET    /admin/library/copy/<object_id>/delete/                   login 200   login 200   403   login login
GET    /admin/library/copy/add/                                  login 200   login 200   403   login login
POST   /admin/library/copy/add/                                  login 200   login 200   403   login login
GET    /admin/library/exitpass/                                  login 200   login 200   403   login login
GET    /admin/library/exitpass/<object_id>/change/               login 200   login 200   403   login login
GET    /admin/library/exitpass/<object_id>/delete/               login 403   login 403   403   login login
GET    /admin/library/exitpass/add/                              login 403   login 403   403   login login
GET    /admin/library/fine/                                      login 200   login 200   403   login login
GET    /admin/library/fine/<object_id>/change/                   login 200   login 200   403   login login
GET    /admin/library/fine/<object_id>/delete/                   login 403   login 403   403   login login
GET    /admin/library/fine/add/                                  login 403   login 403   403   login login
GET    /admin/library/helprequest/                               login 200   login 200   403   login login
GET    /admin/library/helprequest/<object_id>/change/            login 200   login 200   403   login login
GET    /admin/library/helprequest/<object_id>/delete/            login 403   login 403   403   login login
GET    /admin/library/helprequest/add/                           login 403   login 403   403   login login
GET    /admin/library/historychoice/                             login 200   login 403   403   login login
GET    /admin/library/historychoice/<object_id>/change/          login 200   login 403   403   login login
GET    /admin/library/historychoice/<object_id>/delete/          login 403   login 403   403   login login
GET    /admin/library/historychoice/add/                         login 403   login 403   403   login login
GET    /admin/library/hold/                                      login 200   login 200   403   login login
GET    /admin/library/hold/<object_id>/change/                   login 200   login 200   403   login login
GET    /admin/library/hold/<object_id>/delete/                   login 403   login 403   403   login login
GET    /admin/library/hold/add/                                  login 403   login 403   403   login login
GET    /admin/library/libraryclosedday/                          login 200   login 200   403   login login
GET    /admin/library/libraryclosedday/<object_id>/change/       login 200   login 200   403   login login
GET    /admin/library/libraryclosedday/<object_id>/delete/       login 200   login 200   403   login login
GET    /admin/library/libraryclosedday/add/                      login 200   login 200   403   login login
POST   /admin/library/libraryclosedday/add/                      login 200   login 200   403   login login
GET    /admin/library/librarystaffing/                           login 200   login 200   403   login login
GET    /admin/library/librarystaffing/<object_id>/change/        login 200   login 200   403   login login
GET    /admin/library/librarystaffing/<object_id>/delete/        login 403   login 403   403   login login
GET    /admin/library/librarystaffing/add/                       login 403   login 403   403   login login
GET    /admin/library/transit/                                   login 200   login 200   403   login login
GET    /admin/library/transit/<object_id>/change/                login 200   login 200   403   login login
GET    /admin/library/transit/<object_id>/delete/                login 403   login 403   403   login login
GET    /admin/library/transit/add/                               login 403   login 403   403   login login
GET    /admin/library/unstaffedreport/                           login 200   login 200   403   login login
GET    /admin/library/unstaffedreport/<object_id>/change/        login 200   login 200   403   login login
GET    /admin/library/unstaffedreport/<object_id>/delete/        login 403   login 403   403   login login
GET    /admin/library/unstaffedreport/add/                       login 403   login 403   403   login login
GET    /admin/library/librarystation/                            login 200   login 403   403   login login
GET    /admin/library/librarystation/<object_id>/change/         login 200   login 403   403   login login
GET    /admin/library/librarystation/<object_id>/delete/         login 200   login 403   403   login login
GET    /admin/library/librarystation/add/                        login 200   login 403   403   login login
POST   /admin/library/librarystation/add/                        login 200   login 403   403   login login
GET    /admin/library/loan/                                      login 200   login 200   403   login login
GET    /admin/library/loan/<object_id>/change/                   login 200   login 200   403   login login
GET    /admin/library/loan/<object_id>/delete/                   login 403   login 403   403   login login
GET    /admin/library/loan/add/                                  login 403   login 403   403   login login
GET    /admin/library/branch/                                    login 200   login 200   403   login login
GET    /admin/library/branch/<object_id>/change/                 login 200   login 200   403   login login
GET    /admin/library/branch/<object_id>/delete/                 login 200   login 200   403   login login
GET    /admin/library/branch/add/                                login 200   login 200   403   login login
POST   /admin/library/branch/add/                                login 200   login 200   403   login login
GET    /admin/library/libraryopeninghours/                       login 200   login 200   403   login login
GET    /admin/library/libraryopeninghours/<object_id>/change/    login 200   login 200   403   login login
GET    /admin/library/libraryopeninghours/<object_id>/delete/    login 200   login 200   403   login login
GET    /admin/library/libraryopeninghours/add/                   login 200   login 200   403   login login
POST   /admin/library/libraryopeninghours/add/                   login 200   login 200   403   login login
GET    /admin/library/loanpolicy/                                login 200   login 200   403   login login
GET    /admin/library/loanpolicy/<object_id>/change/             login 200   login 200   403   login login
GET    /admin/library/loanpolicy/<object_id>/delete/             login 200   login 200   403   login login
GET    /admin/library/loanpolicy/add/                            login 200   login 200   403   login login
POST   /admin/library/loanpolicy/add/                            login 200   login 200   403   login login
GET    /admin/library/patronblock/                               login 200   login 200   403   login login
GET    /admin/library/patronblock/<object_id>/change/            login 200   login 200   403   login login
GET    /admin/library/patronblock/<object_id>/delete/            login 403   login 403   403   login login
GET    /admin/library/patronblock/add/                           login 403   login 403   403   login login
GET    /admin/library/tagcommand/                                login 200   login 200   403   login login
GET    /admin/library/tagcommand/<object_id>/change/             login 200   login 200   403   login login
GET    /admin/library/tagcommand/<object_id>/delete/             login 403   login 403   403   login login
GET    /admin/library/tagcommand/add/                            login 403   login 403   403   login login
GET    /admin/library/tagpad/                                    login 200   login 403   403   login login
GET    /admin/library/tagpad/<object_id>/change/                 login 200   login 403   403   login login
GET    /admin/library/tagpad/<object_id>/delete/                 login 200   login 403   403   login login
GET    /admin/library/tagpad/add/                                login 200   login 403   403   login login
POST   /admin/library/tagpad/add/                                login 200   login 403   403   login login
GET    /admin/library/tagpad/<pk>/try/                           login 302   login 302   302   login login
POST   /admin/library/tagpad/<pk>/try/                           login 302   login 404   404   login login
GET    /admin/library/title/                                     login 200   login 200   403   login login
GET    /admin/library/title/<object_id>/change/                  login 200   login 200   403   login login
GET    /admin/library/title/<object_id>/delete/                  login 200   login 200   403   login login
GET    /admin/library/title/add/                                 login 200   login 200   403   login login
POST   /admin/library/title/add/                                 login 200   login 200   403   login login
GET    /admin/library/visit/                                     login 200   login 200   403   login login
GET    /admin/library/visit/<object_id>/change/                  login 200   login 200   403   login login
GET    /admin/library/visit/<object_id>/delete/                  login 403   login 403   403   login login
GET    /admin/library/visit/add/                                 login 403   login 403   403   login login
"""

SOCKETS = """
/ws/library/desk/          not_permitted hello not_permitted hello not_permitted not_permitted not_permitted
"""


class LibraryDesk:
    """Grace is acted upon, Ada acts."""

    def __init__(self, *, grace, ada, librarian, desk) -> None:
        self.copy = book("D-1", "Emma")
        self.loan = loans.check_out(book("D-2", "Persuasion"), to=grace)
        self.adas = loans.check_out(book("D-3", "Sanditon"), to=ada)
        self.hold = holds.place(self.adas.copy.title, grace)
        self.visit, _new = visits.enter(grace)
        past = Loan.objects.create(copy=self.copy, person=grace, due_at=timezone.now(), open_slot=None)
        self.fine = fines.charge(past, Fine.Kind.LATE, Decimal(2))
        patrons.block(grace, "Lost card", by=librarian)
        LoanPolicy.objects.create()
        self.stage = ImportStage.objects.create(by=librarian, name="books.csv", token="x" * 30, state="ready")
        LibraryStation.objects.create(station=desk)
        north = Branch.objects.create(code="NORTH", name="North House")
        Transit.objects.create(copy=self.copy, origin=north)
        LibraryClosedDay.objects.create(day=date(2030, 1, 1), name="New Year")
        LibraryOpeningHours.objects.create(weekday=0, opens=time(9), closes=time(18))
        ExitPass.objects.create(number="ACDEFGHJ", person=grace, allowed=False, expires_at=timezone.now())
        self.pad = TagPad.objects.create(station="nowhere", url="http://127.0.0.1:9/")
        now = timezone.now()
        self.command = TagCommand.objects.create(
            pad=self.pad, copy=self.copy, action="on", state="failed", expires_at=now
        )
        HistoryChoice.objects.create(person=grace, days=30)
        LibraryStaffing.objects.create(pk=1)
        UnstaffedReport.objects.create(day=date(2030, 1, 1), since=timezone.now(), until=timezone.now())
        self.help = HelpRequest.objects.create(station="library-east", cause="asked", person=grace)
        journal.note(journal.Kind.REFUSED, grace)

    def arguments(self) -> dict[str, object]:
        """By the part of the address before the argument, as in tests/support/role_world.py."""
        return {
            "/library/titles/": self.copy.title_id,
            "/library/titles/<pk>/list/": "add",
            "/library/mine/loans/": self.adas.pk,
            "/library/mine/holds/": self.hold.pk,
            "/library/desk/people/": self.loan.person_id,
            "/library/desk/people/<person>/issue/": self.copy.pk,
            "/library/desk/loans/": self.loan.pk,
            "/library/desk/passes/": ExitPass.objects.earliest("pk").pk,
            "/library/desk/fines/": self.fine.pk,
            "/library/desk/holds/": self.hold.pk,
            "/library/help/": self.help.pk,
            "/library/help/<pk>/": "coming",
            "/library/tags/": self.command.pk,
            "/library/tags/<pk>/": "seen",
            "/admin/library/tagpad/": self.pad.pk,
            "/library/inside/": self.visit.pk,
            "/library/alarms/": "library-exit",
            "/library/copies/": self.copy.pk,
            "/library/copies/<pk>/": "lost",
            "/library/isbn/": "x" * 30,
            "/library/isbn/<token>/": 1,
            "/library/import/": self.stage.pk,
            "/library/import/<pk>/": "check",
            "/library/export/": "csv",
            "/library/reports/": "csv",
        }
