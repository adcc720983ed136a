from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from library.api.cataloguing_views import IsbnLookup, MakeCopies
from library.api.circulation_views import CheckIn, CheckOut, GateAlarm, HoldViewSet, Renew, RenewAll, UsePass
from library.api.day_file import DayFile
from library.api.fine_views import FineViewSet
from library.api.help_views import HelpRequestViewSet
from library.api.history_views import HistoryChoiceView
from library.api.import_views import ImportViewSet
from library.api.lookup_views import (
    CopyViewSet,
    EventViewSet,
    PatronViewSet,
    TitleViewSet,
    TransitViewSet,
    VisitViewSet,
)
from library.api.reading_list_views import ReadingListViewSet
from library.api.rule_views import BranchViewSet, LibraryHours, LoanPolicyViewSet
from library.api.staffing_views import StaffingView, UnstaffedReportViewSet
from library.api.tag_views import TagCommandViewSet

router = SimpleRouter()
router.register("branches", BranchViewSet, basename="branch")
router.register("titles", TitleViewSet, basename="title")
router.register("copies", CopyViewSet, basename="copy")
router.register("patrons", PatronViewSet, basename="patron")
router.register("fines", FineViewSet, basename="fine")
router.register("help", HelpRequestViewSet, basename="help-request")
router.register("holds", HoldViewSet, basename="hold")
router.register("imports", ImportViewSet, basename="catalogue-import")
router.register("loan-policies", LoanPolicyViewSet, basename="loan-policy")
router.register("reading-list", ReadingListViewSet, basename="reading-list")
router.register("tag-commands", TagCommandViewSet, basename="tag-command")
router.register("transits", TransitViewSet, basename="transit")
router.register("unstaffed", UnstaffedReportViewSet, basename="unstaffed-report")
router.register("visits", VisitViewSet, basename="visit")
router.register("events", EventViewSet, basename="circulation-event")

urlpatterns = [
    path(
        "library/",
        include(
            [
                path("checkout/", CheckOut.as_view(), name="checkout"),
                path("checkin/", CheckIn.as_view(), name="checkin"),
                path("renew/", Renew.as_view(), name="renew"),
                path("renew-all/", RenewAll.as_view(), name="renew-all"),
                path("isbn/", IsbnLookup.as_view(), name="isbn-lookup"),
                path("titles/<int:pk>/copies/", MakeCopies.as_view(), name="make-copies"),
                path("passes/<slug:number>/use/", UsePass.as_view(), name="use-pass"),
                path("history-choice/", HistoryChoiceView.as_view(), name="history-choice"),
                path("staffing/", StaffingView.as_view(), name="staffing"),
                path("gates/alarm/", GateAlarm.as_view(), name="gate-alarm"),
                path("opening-hours/", LibraryHours.as_view(), name="library-hours"),
                path("circulation.csv", DayFile.as_view(), name="circulation-csv"),
                *router.urls,
            ]
        ),
    )
]
