"""Signing in and out, passwords, and a person's own data."""

from __future__ import annotations

from django.urls import path

from accounts.views import mail, mail_test, me, passwords, privacy, signing
from accounts.views.own import cards, export, sign_ins
from accounts.views.person import consents, page, registration

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing.SignInPage.as_view(), name="login"),
    path("sign-out/", signing.SignOut.as_view(), name="logout"),
    path("password/", passwords.Change.as_view(), name="password_change"),
    path("password/forgotten/", passwords.Forgotten.as_view(), name="password_reset"),
    path("password/forgotten/sent/", passwords.Sent.as_view(), name="password_reset_done"),
    path("password/new/<uidb64>/<token>/", passwords.ChooseNew.as_view(), name="password_reset_confirm"),
    path("me/", me.my_data, name="me"),
    path("me/consents/<slug:purpose>/give/", me.give, name="consent_give"),
    path("me/consents/<slug:purpose>/withdraw/", me.withdraw, name="consent_withdraw"),
    path("me/pin/", me.ChoosePin.as_view(), name="pin"),
    path("me/sign-ins/", sign_ins.page, name="sign_ins"),
    path("me/sign-ins/end-others/", sign_ins.end_others, name="sign_ins_end_others"),
    path("me/sign-ins/<int:pk>/end/", sign_ins.end, name="sign_in_end"),
    path("me/download/", export.DownloadMyData.as_view(), name="download"),
    path("me/card/lost/", cards.lost, name="card_lost"),
    path("me/mail/", mail.choose, name="mail_wishes"),
    path("me/mail/test/", mail_test.mail_test, name="mail_test"),
    path("mail/<str:token>/", mail.wish, name="mail_wish"),
    path("people/new/", registration.new, name="new_person"),
    path("people/<int:pk>/", page.page, name="person"),
    path("people/<int:pk>/parts/<slug:name>/", page.part, name="person_part"),
    path("people/<int:pk>/consents/", consents.save, name="consents"),
    path("people/<int:pk>/consents/receipt/", consents.receipt, name="consents_receipt"),
    path("people/<int:pk>/card/lost/", cards.lost_of, name="card_lost_of"),
    path("people/<int:pk>/card/<int:card>/found/", cards.found, name="card_found"),
    path("privacy/", privacy.privacy, name="privacy"),
]
