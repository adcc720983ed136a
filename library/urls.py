"""The library's pages, below /library/."""

from __future__ import annotations

from django.urls import path

from library.views import catalogue, desk, importing, labels, lists, mine, reports, shelves

app_name = "library"
urlpatterns = [
    # --- for everybody
    path("", catalogue.search_page, name="search"),
    path("titles/<int:pk>/", catalogue.title_page, name="title"),
    path("titles/<int:pk>/hold/", catalogue.place_hold, name="place_hold"),
    # --- my own
    path("mine/", mine.mine, name="mine"),
    path("mine/history/", mine.history, name="history"),
    path("mine/renew/", mine.renew_all, name="renew_all"),
    path("mine/loans/<int:pk>/renew/", mine.renew, name="renew"),
    path("mine/holds/<int:pk>/cancel/", mine.cancel_hold, name="cancel_hold"),
    # --- the desk
    path("desk/", desk.desk, name="desk"),
    path("desk/return/", desk.take_back, name="take_back"),
    path("desk/people/<int:person>/", desk.person_page, name="person"),
    path("desk/people/<int:person>/issue/", desk.issue, name="issue"),
    path("desk/people/<int:person>/hold/", desk.hold, name="desk_hold"),
    path("desk/people/<int:person>/block/", desk.block, name="block"),
    path("desk/people/<int:person>/unblock/", desk.unblock, name="unblock"),
    path("desk/people/<int:person>/let-in/", desk.let_in, name="let_in"),
    path("desk/loans/<int:pk>/settle-lost/", desk.settle_lost, name="settle_lost"),
    path("desk/passes/<int:pk>/again/", desk.open_again, name="open_again"),
    path("desk/loans/<int:pk>/renew/", desk.renew, name="desk_renew"),
    path("desk/fines/<int:pk>/settle/", desk.settle, name="settle"),
    path("desk/holds/<int:pk>/cancel/", desk.cancel_hold, name="desk_cancel_hold"),
    # --- the day
    path("today/", lists.today, name="today"),
    path("alarms/<slug:slug>/end/", lists.end_alarm, name="end_alarm"),
    path("overdue/", lists.overdue, name="overdue"),
    path("holds/", lists.hold_shelf, name="holds"),
    path("inside/", lists.who_is_inside, name="inside"),
    path("inside/<int:pk>/end/", lists.end_visit, name="end_visit"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<slug:form>/", reports.download, name="report_file"),
    # --- shelves and catalogue
    path("copies/<int:pk>/<slug:act>/", shelves.change_copy, name="change_copy"),
    path("inventory/", shelves.inventory, name="inventory"),
    path("labels/", labels.labels_page, name="labels"),
    path("labels/print/", labels.print_labels, name="print_labels"),
    path("import/", importing.import_page, name="import"),
    path("import/<str:token>/", importing.confirm, name="confirm_import"),
    path("export/<slug:form>/", importing.export, name="export"),
]
