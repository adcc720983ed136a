"""The library's pages, below /library/."""

from __future__ import annotations

from django.urls import path

from library.circulation.views import mine, reading_list, rules, titles
from library.desk.views import (
    cataloguing,
    fines,
    help_wanted,
    imports,
    inventory,
    labels,
    lists,
    patron,
    receipts,
    reports,
    returns,
    tags,
    unstaffed,
)

app_name = "library"
urlpatterns = [
    # --- for everyone
    path("", titles.search_page, name="search"),
    path("titles/<int:pk>/", titles.title_page, name="title"),
    path("titles/<int:pk>/hold/", titles.place_hold, name="place_hold"),
    path("hours/", rules.opening_hours, name="hours"),
    # --- my own
    path("mine/", mine.mine, name="mine"),
    path("mine/history/", mine.history, name="history"),
    path("mine/history/choice/", mine.choose_history, name="choose_history"),
    path("mine/list/", reading_list.reading_list, name="reading_list"),
    path("titles/<int:pk>/list/<slug:act>/", reading_list.change, name="change_list"),
    path("mine/statement/", fines.my_statement, name="my_statement"),
    path("mine/renew/", mine.renew_all, name="renew_all"),
    path("mine/loans/<int:pk>/renew/", mine.renew, name="renew"),
    path("mine/holds/<int:pk>/cancel/", mine.cancel_hold, name="cancel_hold"),
    # --- the desk
    path("desk/", patron.desk, name="desk"),
    path("desk/return/", returns.returns, name="take_back"),
    path("desk/return/clear/", returns.clear, name="clear_returns"),
    path("desk/branch/", returns.choose_branch, name="choose_branch"),
    path("desk/people/<int:person>/", patron.person_page, name="person"),
    path("desk/people/<int:person>/issue/", patron.issue, name="issue"),
    path("desk/people/<int:person>/issue/<int:copy>/", patron.return_and_issue, name="return_and_issue"),
    path("desk/people/<int:person>/hold/", patron.hold, name="desk_hold"),
    path("desk/people/<int:person>/block/", patron.block, name="block"),
    path("desk/people/<int:person>/unblock/", patron.unblock, name="unblock"),
    path("desk/people/<int:person>/let-in/", patron.let_in, name="let_in"),
    path("desk/loans/<int:pk>/settle-lost/", patron.settle_lost, name="settle_lost"),
    path("desk/passes/<int:pk>/again/", patron.open_again, name="open_again"),
    path("desk/people/<int:person>/renew/", patron.renew_all, name="desk_renew_all"),
    path("desk/loans/<int:pk>/renew/", patron.renew, name="desk_renew"),
    path("desk/people/<int:person>/pay/", fines.pay, name="pay"),
    path("desk/people/<int:person>/receipt/", receipts.receipt, name="desk_receipt"),
    path("desk/people/<int:person>/statement/", fines.statement, name="statement"),
    path("desk/fines/<int:pk>/waive/", fines.waive, name="waive"),
    path("desk/fines/<int:pk>/refund/", fines.refund, name="refund"),
    path("desk/holds/<int:pk>/cancel/", patron.cancel_hold, name="desk_cancel_hold"),
    # --- the day
    path("today/", lists.today, name="today"),
    path("alarms/<slug:slug>/end/", lists.end_alarm, name="end_alarm"),
    path("help/", help_wanted.help_page, name="help"),
    path("help/<int:pk>/<slug:act>/", help_wanted.act_on, name="help_act"),
    path("unstaffed/", unstaffed.report_page, name="unstaffed"),
    path("staffing/", unstaffed.staffing_page, name="staffing"),
    path("tags/<int:pk>/<slug:act>/", tags.act_on, name="tag_act"),
    path("overdue/", lists.overdue, name="overdue"),
    path("transit/", returns.transit, name="transit"),
    path("holds/", lists.hold_shelf, name="holds"),
    path("inside/", lists.who_is_inside, name="inside"),
    path("inside/<int:pk>/end/", lists.end_visit, name="end_visit"),
    path("rules/", rules.loan_rules, name="rules"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<slug:form>/", reports.download, name="report_file"),
    # --- shelves and catalogue
    path("copies/<int:pk>/<slug:act>/", inventory.change_copy, name="change_copy"),
    path("inventory/", inventory.inventory, name="inventory"),
    path("isbn/", cataloguing.isbn_page, name="isbn"),
    path("isbn/results/", cataloguing.isbn_results, name="isbn_results"),
    path("isbn/<str:token>/<int:number>/", cataloguing.take_over, name="take_over"),
    path("titles/<int:pk>/copies/", cataloguing.copies_page, name="make_copies"),
    path("labels/", labels.labels_page, name="labels"),
    path("labels/print/", labels.print_labels, name="print_labels"),
    path("import/", imports.import_page, name="import"),
    path("import/<int:pk>/", imports.review, name="import_stage"),
    path("import/<int:pk>/tick/", imports.tick, name="import_tick"),
    path("import/<int:pk>/<slug:act>/", imports.act_on, name="import_act"),
    path("export/<slug:form>/", imports.export, name="export"),
]
