"""The lockers' pages, below /lockers/."""

from __future__ import annotations

from django.urls import path

from lockers.access.views import attempts, duress
from lockers.assignments.abandoned import views as abandoned
from lockers.assignments.grants import release_views as grant_release
from lockers.assignments.grants import views as grants
from lockers.assignments.views import customers, expiry, mine
from lockers.bank.terms import views as terms
from lockers.desk.emergency_release import views as releases
from lockers.desk.views import board, labels, locker, log, opening_hours, simulator, wall_map
from lockers.desk.views import vaults as vault
from lockers.kiosk import passkey_pages as passkeys

app_name = "lockers"
urlpatterns = [
    # --- for everyone
    path("mine/", mine.mine, name="mine"),
    path("mine/<int:pk>/block/", mine.block, name="block"),
    path("mine/duress/", duress.mine, name="duress"),
    path("mine/passkeys/", passkeys.mine, name="passkeys"),
    path("mine/passkeys/options/", passkeys.options, name="passkey_options"),
    path("mine/passkeys/add/", passkeys.add, name="add_passkey"),
    path("mine/passkeys/<int:pk>/rename/", passkeys.rename, name="rename_passkey"),
    path("mine/passkeys/<int:pk>/remove/", passkeys.remove, name="remove_passkey"),
    # --- for a phone that has read a picture: anyone who knows the address
    path("new-passkey/<str:token>/", passkeys.new_passkey, name="new_passkey"),
    path("new-passkey/<str:token>/options/", passkeys.new_options, name="new_passkey_options"),
    path("new-passkey/<str:token>/add/", passkeys.new_add, name="new_passkey_add"),
    path("with-passkey/<str:token>/", passkeys.with_passkey, name="with_passkey"),
    path("with-passkey/<str:token>/options/", passkeys.prove_options, name="passkey_prove_options"),
    path("with-passkey/<str:token>/prove/", passkeys.prove, name="passkey_prove"),
    path("with-passkey/<str:token>/terms/", passkeys.prove_terms, name="passkey_terms"),
    path("at/<str:code>/", labels.at_door, name="at_door"),
    # --- the doors
    path("", board.board, name="board"),
    path("map/", wall_map.wall_map, name="map"),
    path("labels/<int:bank>/", labels.labels, name="labels"),
    path("map/<int:bank>/arrange/", wall_map.arrange, name="arrange"),
    path("alarms/<int:pk>/acknowledge/", board.acknowledge, name="acknowledge"),
    path("silent/<int:pk>/acknowledge/", duress.acknowledge, name="silent"),
    path("attempts/<int:pk>/confirm/", board.confirm, name="confirm"),
    path("attempts/<int:pk>/decline/", board.decline, name="decline"),
    path("openings/<int:pk>/approve/", board.approve, name="approve"),
    path("openings/<int:pk>/withdraw/", board.withdraw, name="withdraw"),
    path("doors/<int:pk>/", locker.locker_page, name="locker"),
    path("doors/<int:pk>/assign/", locker.assign, name="assign"),
    path("doors/<int:pk>/share/", locker.share, name="share"),
    path("doors/<int:pk>/unshare/<int:person>/", locker.unshare, name="unshare"),
    path("doors/<int:pk>/share/<int:person>/dates/", locker.share_dates, name="share_dates"),
    path("doors/<int:pk>/release/", locker.release, name="release"),
    path("doors/<int:pk>/end/", locker.end, name="end"),
    path("doors/<int:pk>/service/", locker.service, name="service"),
    path("doors/<int:pk>/label/replace/", locker.replace_label, name="replace_label"),
    path("doors/<int:pk>/unblock/", locker.unblock, name="unblock"),
    path("doors/<int:pk>/open/", locker.open_door, name="open"),
    path("doors/<int:pk>/officer-key/", vault.officer_key, name="officer_key"),
    path("doors/<int:pk>/hours/", opening_hours.locker_hours, name="locker_hours"),
    path("releases/", releases.releases, name="releases"),
    path("releases/<int:pk>/", releases.release, name="release"),
    path("releases/begin/<int:bank>/", releases.begin, name="begin_release"),
    path("releases/<int:pk>/confirm/", releases.confirm, name="confirm_release"),
    path("releases/<int:pk>/end/", releases.end, name="end_release"),
    path("hours/", opening_hours.hours, name="hours"),
    path("hours/<int:pk>/", opening_hours.set_hours, name="set_hours"),
    path("hours/<int:pk>/close/", opening_hours.close, name="close"),
    path("hours/<int:pk>/reopen/<int:day>/", opening_hours.reopen, name="reopen"),
    path("endings/", expiry.running_out, name="endings"),
    # --- terms
    path("terms/", terms.terms, name="terms"),
    path("terms/<int:pk>/", terms.terms_text, name="terms_text"),
    path("terms/<int:pk>/answer/", terms.answer, name="answer_terms"),
    path("customers/<int:person>/terms/", terms.for_customer, name="customer_terms"),
    # --- abandoned
    path("doors/<int:pk>/abandoned/", abandoned.begin, name="begin_case"),
    path("abandoned/", abandoned.cases, name="abandoned"),
    path("abandoned/<int:pk>/", abandoned.case, name="abandoned_case"),
    path("abandoned/<int:pk>/notice/", abandoned.notice, name="case_notice"),
    path("abandoned/<int:pk>/settle/", abandoned.settle, name="settle_case"),
    path("abandoned/<int:pk>/witness/", abandoned.ask, name="ask_witness"),
    path("abandoned/<int:pk>/call-off/", abandoned.call_off, name="call_off_case"),
    path("abandoned/<int:pk>/confirm/", abandoned.confirm, name="confirm_case"),
    path("abandoned/<int:pk>/inventory/", abandoned.inventory, name="case_inventory"),
    path("abandoned/<int:pk>/close/<slug:how>/", abandoned.close, name="close_case"),
    # --- groups
    path("grants/", grants.grants, name="grants"),
    path("grants/new/", grants.new, name="new_grant"),
    path("grants/<int:pk>/", grants.grant, name="grant"),
    path("grants/<int:pk>/lines/", grants.lines, name="grant_lines"),
    path("grants/<int:pk>/start/", grants.start, name="start_grant"),
    path("grants/<int:pk>/end/", grants.end, name="end_grant"),
    path("grants/<int:pk>/undo/", grants.undo, name="undo_grant"),
    path("grants/<int:pk>/release/", grant_release.due, name="grant_release"),
    path("grants/<int:pk>/release/now/", grant_release.release, name="grant_release_now"),
    path("grants/<int:pk>/discard/", grants.discard, name="discard_grant"),
    # --- customers
    path("customers/", customers.search, name="customers"),
    path("customers/new/", customers.register, name="register"),
    path("customers/<int:person>/", customers.customer, name="customer"),
    path("customers/<int:person>/consent/", customers.consent, name="consent"),
    path("customers/<int:person>/card/", customers.card, name="card"),
    path("customers/<int:person>/card/withdraw/", customers.withdraw_card, name="withdraw_card"),
    path("customers/<int:person>/pin/", customers.pin, name="pin"),
    path("customers/<int:person>/duress/", duress.at_the_desk, name="customer_duress"),
    path("customers/<int:person>/passkey/", passkeys.invite, name="invite_passkey"),
    path("customers/<int:person>/passkeys/<int:pk>/remove/", passkeys.remove_theirs, name="remove_their_passkey"),
    path("waiting/", customers.waiting, name="waiting"),
    path("waiting/add/", customers.wait, name="wait"),
    path("waiting/<int:pk>/remove/", customers.stop_waiting, name="stop_waiting"),
    path("waiting/<int:pk>/give/", customers.offer, name="offer"),
    # --- what happened
    path("attempts/", attempts.attempts, name="attempts"),
    path("attempts/<int:pk>/", attempts.attempt, name="attempt"),
    path("lockouts/", attempts.lockouts, name="lockouts"),
    path("lockouts/<int:person>/lift/", attempts.lift, name="lift"),
    path("log/", log.log, name="log"),
    path("log/verify/", log.verify, name="verify"),
    path("log/<slug:form>/", log.export, name="log_file"),
    # --- trying out
    path("simulator/", simulator.simulator, name="simulator"),
    path("simulator/<int:pk>/<slug:act>/", simulator.act, name="simulate"),
]
