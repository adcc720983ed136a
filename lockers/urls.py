"""The lockers' pages, below /lockers/."""

from __future__ import annotations

from django.urls import path

from lockers.views import board, customers, endings, locker, log, mine, simulator, tries

app_name = "lockers"
urlpatterns = [
    # --- for everybody
    path("mine/", mine.mine, name="mine"),
    # --- the doors
    path("", board.board, name="board"),
    path("alarms/<int:pk>/acknowledge/", board.acknowledge, name="acknowledge"),
    path("attempts/<int:pk>/confirm/", board.confirm, name="confirm"),
    path("attempts/<int:pk>/decline/", board.decline, name="decline"),
    path("openings/<int:pk>/approve/", board.approve, name="approve"),
    path("openings/<int:pk>/withdraw/", board.withdraw, name="withdraw"),
    path("doors/<int:pk>/", locker.locker_page, name="locker"),
    path("doors/<int:pk>/assign/", locker.assign, name="assign"),
    path("doors/<int:pk>/share/", locker.share, name="share"),
    path("doors/<int:pk>/unshare/<int:person>/", locker.unshare, name="unshare"),
    path("doors/<int:pk>/release/", locker.release, name="release"),
    path("doors/<int:pk>/end/", locker.end, name="end"),
    path("doors/<int:pk>/service/", locker.service, name="service"),
    path("doors/<int:pk>/open/", locker.open_door, name="open"),
    path("endings/", endings.running_out, name="endings"),
    # --- customers
    path("customers/", customers.search, name="customers"),
    path("customers/new/", customers.register, name="register"),
    path("customers/<int:person>/", customers.customer, name="customer"),
    path("customers/<int:person>/consent/", customers.consent, name="consent"),
    path("customers/<int:person>/card/", customers.card, name="card"),
    path("customers/<int:person>/card/withdraw/", customers.withdraw_card, name="withdraw_card"),
    path("customers/<int:person>/pin/", customers.pin, name="pin"),
    path("waiting/", customers.waiting, name="waiting"),
    path("waiting/add/", customers.wait, name="wait"),
    path("waiting/<int:pk>/remove/", customers.stop_waiting, name="stop_waiting"),
    path("waiting/<int:pk>/give/", customers.offer, name="offer"),
    # --- what happened
    path("attempts/", tries.attempts, name="attempts"),
    path("attempts/<int:pk>/", tries.attempt, name="attempt"),
    path("lockouts/", tries.lockouts, name="lockouts"),
    path("lockouts/<int:person>/lift/", tries.lift, name="lift"),
    path("log/", log.log, name="log"),
    path("log/verify/", log.verify, name="verify"),
    path("log/<slug:form>/", log.export, name="log_file"),
    # --- trying out
    path("simulator/", simulator.simulator, name="simulator"),
    path("simulator/<int:pk>/<slug:act>/", simulator.act, name="simulate"),
]
