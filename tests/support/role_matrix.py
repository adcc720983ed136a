"""Who may open what. One row for each address and method of the project; tests/config/test_role_matrix.py asks them
all.

Append rows where they belong. The columns are the statuses that each role is answered with:

    anonymous  nobody signed in
    admin … member  the roles of accounts.roles, signed in with a session
    kiosk  nobody signed in, in a browser that is paired with the station `desk`

login sent to sign in · 200 seen · 204 done · 302 done, or sent elsewhere · 400 allowed, but an empty request makes no
sense · 401 who are you? · 403 your role may not · 404 not there for you · 405 not with this method

An address is written as in tests/support/addresses.py; tests/support/role_world.py says what stands for its
<arguments>: Grace,
her consent, photo and sighting, all of the library. Grace is nobody of those who ask, the member is Ada. Requests
have an empty body, so a row for POST says who is refused before anything is read. Of an admin page the history
and the short address follow the rule of its change page, and need no row.
"""

from __future__ import annotations

from tests.role_rows import (
    attendance,
    branding,
    door_relays,
    jobs,
    library,
    library_pages,
    lockers,
    lockers_pages,
    visitors,
)

ROLES = ("anonymous", "administrator", "teacher", "librarian", "officer", "member", "kiosk")

MATRIX = """
#                                                                anon  admin teach libra offic memb  kiosk
# --- pages
GET    /                                                         200   200   200   200   200   200   200
GET    /enrol/                                                   login 200   403   200   200   403   login
GET    /enrol/bulk/                                              login 200   403   200   200   403   login
POST   /enrol/bulk/                                              login 400   403   400   400   403   login
GET    /enrol/bulk/<token>/                                      302   302   302   302   302   302   302
POST   /enrol/bulk/<token>/                                      login 404   403   404   404   403   login
GET    /enrol/<pk>/                                              login 200   403   200   200   403   login
GET    /enrol/<pk>/camera/                                       login 200   403   200   302   403   login
GET    /enrol/<pk>/camera/judge/                                 302   302   302   302   302   302   302
POST   /enrol/<pk>/camera/judge/                                 login 200   403   200   403   403   login
GET    /enrol/<pk>/consent/<purpose>/                            302   302   302   302   302   302   302
POST   /enrol/<pk>/consent/<purpose>/                            login 302   403   302   302   403   login
GET    /enrol/<pk>/photos/                                       302   302   302   302   302   302   302
POST   /enrol/<pk>/photos/                                       login 400   403   400   400   403   login
GET    /enrol/choose/<token>/                                   login 404   403   404   404   403   login
POST   /enrol/choose/<token>/                                   login 404   403   404   404   403   login
GET    /enrol/<pk>/photos/undo/                                  302   302   302   302   302   302   302
POST   /enrol/<pk>/photos/undo/                                  login 302   403   302   302   403   login
GET    /enrol/<pk>/photos/<sample>/remove/                       302   302   302   302   302   302   302
POST   /enrol/<pk>/photos/<sample>/remove/                       login 302   403   302   404   403   login
GET    /stations/test-a-camera/                                  login 200   403   403   403   403   login
POST   /stations/test-a-camera/                                  login 400   403   403   403   403   login
GET    /face-models/                                             login 200   403   403   403   403   login
GET    /face-models/use/                                         302   302   302   302   302   302   302
POST   /face-models/use/                                         login 302   403   403   403   403   login
GET    /face-models/recalculate/                                 302   302   302   302   302   302   302
POST   /face-models/recalculate/                                 login 302   403   403   403   403   login
GET    /evidence/                                                login 200   200   200   200   403   login
GET    /evidence/evidence.json                                   login 200   200   200   200   403   login
GET    /home/                                                    login 200   200   200   200   200   login
GET    /home/first-steps/<name>/<act>/                           302   302   302   302   302   302   302
POST   /home/first-steps/<name>/<act>/                           login 302   403   403   403   403   login
GET    /me/mail/test/                                            login 200   403   403   403   403   login
POST   /me/mail/test/                                            login 302   403   403   403   403   login
GET    /help/                                                    login 302   302   302   302   403   login
GET    /help/<name>/                                             login 200   200   200   200   403   login
GET    /theme/                                                   302   302   302   302   302   302   302
POST   /theme/                                                   302   302   302   302   302   302   302
GET    /language/                                                302   302   302   302   302   302   302
POST   /language/                                                302   302   302   302   302   302   302
GET    /bell/                                                    login 200   200   200   200   200   login
GET    /bell/read/                                               302   302   302   302   302   302   302
POST   /bell/read/                                               login 302   302   302   302   302   login
GET    /bell/<pk>/open/                                          302   302   302   302   302   302   302
POST   /bell/<pk>/open/                                          login 404   404   404   404   302   login
GET    /search/                                                  login 200   200   200   200   200   login
GET    /kiosk/                                                   302   302   302   302   302   302   200
GET    /kiosk/pair/                                              200   200   200   200   200   200   200
GET    /kiosk/without-face/                                      302   302   302   302   302   302   302
GET    /kiosk/not-me/                                            302   302   302   302   302   302   302
POST   /kiosk/not-me/                                            401   401   401   401   401   401   409
POST   /kiosk/without-face/                                      401   401   401   401   401   401   403
GET    /kiosk/library/finish/                                    302   302   302   302   302   302   302
POST   /kiosk/library/finish/                                    401   401   401   401   401   401   409
GET    /kiosk/library/leave-without/                             302   302   302   302   302   302   302
POST   /kiosk/library/leave-without/                             401   401   401   401   401   401   409
GET    /kiosk/library/give-back/                                 302   302   302   302   302   302   302
POST   /kiosk/library/give-back/                                 401   401   401   401   401   401   409
GET    /kiosk/library/help/                                      302   302   302   302   302   302   302
POST   /kiosk/library/help/                                      401   401   401   401   401   401   200
GET    /kiosk/library/receipt/                                   302   302   302   302   302   302   302
POST   /kiosk/library/receipt/                                   401   401   401   401   401   401   409
GET    /kiosk/library/renew/                                     302   302   302   302   302   302   302
POST   /kiosk/library/renew/                                     401   401   401   401   401   401   409
GET    /kiosk/library/scan/                                      302   302   302   302   302   302   302
POST   /kiosk/library/scan/                                      401   401   401   401   401   401   400
GET    /kiosk/library/undo/<line>/                               302   302   302   302   302   302   302
POST   /kiosk/library/undo/<line>/                               401   401   401   401   401   401   409
GET    /kiosk/lockers/begin/                                     302   302   302   302   302   302   302
POST   /kiosk/lockers/begin/                                     401   401   401   401   401   401   403
GET    /kiosk/lockers/cancel/                                    302   302   302   302   302   302   302
POST   /kiosk/lockers/cancel/                                    401   401   401   401   401   401   403
GET    /kiosk/lockers/key/                                       302   302   302   302   302   302   302
POST   /kiosk/lockers/key/                                       401   401   401   401   401   401   403
GET    /kiosk/lockers/officer/                                   302   302   302   302   302   302   302
POST   /kiosk/lockers/officer/                                   401   401   401   401   401   401   403
GET    /kiosk/lockers/passkey/                                   302   302   302   302   302   302   302
POST   /kiosk/lockers/passkey/                                   401   401   401   401   401   401   403
GET    /kiosk/lockers/passkey/options/                           302   302   302   302   302   302   302
POST   /kiosk/lockers/passkey/options/                           401   401   401   401   401   401   403
GET    /kiosk/lockers/passkey/prove/                             302   302   302   302   302   302   302
POST   /kiosk/lockers/passkey/prove/                             401   401   401   401   401   401   403
GET    /kiosk/lockers/redeem/                                    302   302   302   302   302   302   302
POST   /kiosk/lockers/redeem/                                    401   401   401   401   401   401   403
GET    /kiosk/lockers/terms/                                     302   302   302   302   302   302   302
POST   /kiosk/lockers/terms/                                     401   401   401   401   401   401   403
GET    /kiosk/lockers/say-who/                                   302   302   302   302   302   302   302
POST   /kiosk/lockers/say-who/                                   401   401   401   401   401   401   403
GET    /kiosk/lockers/openings/<pk>/                             401   401   401   401   401   401   403
POST   /kiosk/lockers/openings/<pk>/                             405   405   405   405   405   405   405
POST   /kiosk/pair/                                              200   200   200   200   200   200   200
GET    /mail/<token>/                                            200   200   200   200   200   200   200
POST   /mail/<token>/                                            200   200   200   200   200   200   200
GET    /me/                                                      login 200   200   200   200   200   login
GET    /me/consents/<purpose>/give/                              login 302   302   302   302   302   login
POST   /me/consents/<purpose>/give/                              login 302   302   302   302   302   login
GET    /me/consents/<purpose>/withdraw/                          login 200   200   200   200   200   login
POST   /me/consents/<purpose>/withdraw/                          login 302   302   302   302   302   login
GET    /me/mail/                                                 login 302   302   302   302   302   login
POST   /me/mail/                                                 login 302   302   302   302   302   login
GET    /me/pin/                                                  login 200   200   200   200   200   login
POST   /me/pin/                                                  login 200   200   200   200   200   login
GET    /me/sign-ins/                                             login 200   200   200   200   200   login
GET    /me/sign-ins/end-others/                                  302   302   302   302   302   302   302
POST   /me/sign-ins/end-others/                                  login 302   302   302   302   302   login
GET    /me/sign-ins/<pk>/end/                                    302   302   302   302   302   302   302
POST   /me/sign-ins/<pk>/end/                                    login 404   404   404   404   404   login
GET    /me/download/                                             login 200   200   200   200   200   login
POST   /me/download/                                             login 200   200   200   200   200   login
GET    /join/                                                    200   200   200   200   200   200   200
POST   /join/                                                    200   200   200   200   200   200   200
GET    /join/<token>/                                            404   404   404   404   404   404   404
POST   /join/<token>/                                            404   404   404   404   404   404   404
GET    /join/<token>/judge/                                      302   302   302   302   302   302   302
POST   /join/<token>/judge/                                      404   404   404   404   404   404   404
GET    /joined/                                                  200   200   200   200   200   200   200
GET    /me/photos/                                               login 200   200   200   200   200   login
POST   /me/photos/                                               login 400   400   400   400   400   login
GET    /me/photos/camera/                                        login 302   302   302   302   302   login
GET    /me/photos/camera/judge/                                  302   302   302   302   302   302   302
POST   /me/photos/camera/judge/                                  login 403   403   403   403   403   login
GET    /me/photos/withdraw/                                      302   302   302   302   302   302   302
POST   /me/photos/withdraw/                                      login 302   302   302   302   302   login
GET    /me/photos/<pk>/photo.jpg                                 login 404   404   404   404   404   login
GET    /me/photos/<pk>/remove/                                   302   302   302   302   302   302   302
POST   /me/photos/<pk>/remove/                                   login 404   404   404   404   404   login
GET    /photo-changes/                                           login 200   403   200   200   403   login
GET    /photo-changes/<pk>/photos/<number>/                      login 404   403   404   404   403   login
GET    /photo-changes/<pk>/accept/                               302   302   302   302   302   302   302
POST   /photo-changes/<pk>/accept/                               login 400   403   400   403   403   login
GET    /photo-changes/<pk>/decline/                              302   302   302   302   302   302   302
POST   /photo-changes/<pk>/decline/                              login 400   403   400   403   403   login
GET    /newcomers/                                               login 200   403   403   403   403   login
GET    /newcomers/invite/                                        login 200   403   403   403   403   login
POST   /newcomers/invite/                                        login 200   403   403   403   403   login
GET    /newcomers/invitations/<pk>/revoke/                       302   302   302   302   302   302   302
POST   /newcomers/invitations/<pk>/revoke/                       login 302   403   403   403   403   login
GET    /newcomers/<pk>/accept/                                   302   302   302   302   302   302   302
POST   /newcomers/<pk>/accept/                                   login 302   403   403   403   403   login
GET    /newcomers/<pk>/decline/                                  302   302   302   302   302   302   302
POST   /newcomers/<pk>/decline/                                  login 400   403   403   403   403   login
GET    /newcomers/<pk>/photos/<number>/                          login 404   403   403   403   403   login
GET    /me/card/lost/                                            login 200   200   200   200   200   login
POST   /me/card/lost/                                            login 409   409   409   409   409   login
GET    /people/<pk>/card/lost/                                   302   302   302   302   302   302   302
POST   /people/<pk>/card/lost/                                   login 409   403   403   403   403   login
GET    /people/<pk>/card/<card>/found/                           302   302   302   302   302   302   302
POST   /people/<pk>/card/<card>/found/                           login 302   403   403   403   403   login
GET    /me/looks/                                                login 200   200   200   200   200   login
GET    /people/new/                                              login 200   403   403   403   403   login
POST   /people/new/                                              login 200   403   403   403   403   login
GET    /people/<pk>/                                             login 200   200   200   200   403   login
GET    /people/<pk>/parts/<name>/                                login 200   404   200   200   403   login
GET    /people/<pk>/consents/                                    302   302   302   302   302   302   302
POST   /people/<pk>/consents/                                    login 400   403   400   400   403   login
GET    /people/<pk>/consents/receipt/                            login 200   403   200   200   403   login
POST   /people/<pk>/consents/receipt/                            login 400   403   400   400   403   login
GET    /password/                                                login 200   200   200   200   200   login
POST   /password/                                                login 200   200   200   200   200   login
GET    /password/forgotten/                                      200   200   200   200   200   200   200
POST   /password/forgotten/                                      200   200   200   200   200   200   200
GET    /password/forgotten/sent/                                 200   200   200   200   200   200   200
GET    /password/new/<uidb64>/<token>/                           200   200   200   200   200   200   200
POST   /password/new/<uidb64>/<token>/                           200   200   200   200   200   200   200
GET    /privacy/                                                 200   200   200   200   200   200   200
GET    /sign-in/                                                 200   302   302   302   302   302   200
POST   /sign-in/                                                 200   302   302   302   302   302   200
GET    /sign-out/                                                302   302   302   302   302   302   302
POST   /sign-out/                                                302   302   302   302   302   302   302
GET    /stations/                                                login 200   200   200   200   403   login
GET    /stations/<slug>/pair/                                    login 200   403   403   403   403   login
POST   /stations/<slug>/pair/                                    login 200   403   403   403   403   login
GET    /stations/<slug>/frame.jpg                                404   204   404   204   404   404   404
GET    /kiosk/app.webmanifest                                    200   200   200   200   200   200   200
GET    /kiosk/service-worker.js                                 200   200   200   200   200   200   200
GET    /kiosk/offline/                                          200   200   200   200   200   200   200
GET    /kiosk/version/                                          200   200   200   200   200   200   200
GET    /kiosk/language/                                         302   302   302   302   302   302   302
POST   /kiosk/language/                                         302   302   302   302   302   302   302
# --- the demo's sign-in buttons: on a demo alone (tests/recognition/test_demo_sign_in.py)
GET    /sign-in/demo/<id_number>/                                404   404   404   404   404   404   404
POST   /sign-in/demo/<id_number>/                                404   404   404   404   404   404   404
# --- try it with your own face: on a demo alone (tests/recognition/test_try_it.py)
GET    /try-it/                                                  404   404   404   404   404   404   404
POST   /try-it/                                                  404   404   404   404   404   404   404
GET    /try-it/challenge/                                        404   404   404   404   404   404   404
POST   /try-it/challenge/                                        404   404   404   404   404   404   404
GET    /try-it/challenge/answer/                                 404   404   404   404   404   404   404
POST   /try-it/challenge/answer/                                 404   404   404   404   404   404   404
GET    /try-it/delete/                                           404   404   404   404   404   404   404
POST   /try-it/delete/                                           404   404   404   404   404   404   404
GET    /try-it/deleted/                                          404   404   404   404   404   404   404
GET    /try-it/photos/                                           404   404   404   404   404   404   404
GET    /try-it/photos/judge/                                     404   404   404   404   404   404   404
POST   /try-it/photos/judge/                                     404   404   404   404   404   404   404
GET    /try-it/photos/save/                                      404   404   404   404   404   404   404
POST   /try-it/photos/save/                                      404   404   404   404   404   404   404
GET    /try-it/station/                                          404   404   404   404   404   404   404
GET    /try-it/station/look/                                     404   404   404   404   404   404   404
POST   /try-it/station/look/                                     404   404   404   404   404   404   404
# --- API
GET    /api/                                                     404   404   404   404   404   404   404
GET    /api/docs/                                                200   200   200   200   200   200   200
GET    /api/schema/                                              200   200   200   200   200   200   200
POST   /api/v1/auth/login/                                       401   401   401   401   401   401   401
POST   /api/v1/auth/logout/                                      401   401   401   401   401   401   401
GET    /api/v1/first-steps/                                      401   200   403   403   403   403   401
POST   /api/v1/first-steps/<name>/done/                          401   200   403   403   403   403   401
POST   /api/v1/first-steps/<name>/hide/                          401   409   403   403   403   403   401
POST   /api/v1/first-steps/<name>/show/                          401   200   403   403   403   403   401
GET    /api/v1/notifications/                                    401   200   200   200   200   200   401
GET    /api/v1/notifications/<pk>/                               401   404   404   404   404   200   401
POST   /api/v1/notifications/<pk>/read/                          401   404   404   404   404   200   401
GET    /api/v1/notifications/unread/                             401   200   200   200   200   200   401
POST   /api/v1/notifications/read/                               401   200   200   200   200   200   401
POST   /api/v1/auth/logoutall/                                   401   401   401   401   401   401   401
GET    /api/v1/consents/                                         401   200   200   200   200   200   401
POST   /api/v1/consents/                                         401   400   400   400   400   400   401
GET    /api/v1/consents/<pk>/                                    401   200   404   200   404   404   401
POST   /api/v1/consents/<pk>/withdraw/                           401   200   404   200   404   404   401
GET    /api/v1/departments/                                      401   200   403   200   200   403   401
GET    /api/v1/departments/<code>/                               401   200   403   200   200   403   401
GET    /api/v1/face-samples/                                     401   200   403   200   200   403   401
POST   /api/v1/face-samples/                                     401   400   403   400   400   403   401
DELETE /api/v1/face-samples/<pk>/                                401   204   403   204   404   403   401
GET    /api/v1/face-samples/<pk>/                                401   200   403   200   404   403   401
GET    /api/v1/impostor-examples/                                401   200   403   200   200   403   401
DELETE /api/v1/impostor-examples/<pk>/                           401   204   403   204   404   403   401
GET    /api/v1/impostor-examples/<pk>/                           401   200   403   200   404   403   401
POST   /api/v1/impostor-examples/<pk>/accept/                    401   200   403   200   404   403   401
POST   /api/v1/identify/                                         401   400   403   400   400   403   401
GET    /api/v1/people/                                           401   200   200   200   200   200   401
POST   /api/v1/people/                                           401   400   403   403   403   403   401
GET    /api/v1/people/me/                                        401   200   200   200   200   200   401
GET    /api/v1/people/<id_number>/                               401   200   404   200   200   404   401
PATCH  /api/v1/people/<id_number>/                               401   200   403   403   403   403   401
PUT    /api/v1/people/<id_number>/                               401   400   403   403   403   403   401
GET    /api/v1/invitations/                                      401   200   403   403   403   403   401
POST   /api/v1/invitations/                                      401   400   403   403   403   403   401
GET    /api/v1/invitations/<pk>/                                 401   200   403   403   403   403   401
POST   /api/v1/invitations/<pk>/revoke/                          401   200   403   403   403   403   401
GET    /api/v1/newcomers/                                        401   200   403   403   403   403   401
GET    /api/v1/newcomers/<pk>/                                   401   200   403   403   403   403   401
POST   /api/v1/newcomers/<pk>/accept/                            401   200   403   403   403   403   401
POST   /api/v1/newcomers/<pk>/decline/                           401   400   403   403   403   403   401
GET    /api/v1/own-photos/                                       401   200   200   200   200   200   401
DELETE /api/v1/own-photos/<pk>/                                  401   404   404   404   404   404   401
GET    /api/v1/photo-changes/                                    401   200   200   200   200   200   401
POST   /api/v1/photo-changes/                                    401   400   400   400   400   400   401
POST   /api/v1/photo-changes/withdraw/                           401   204   204   204   204   204   401
GET    /api/v1/photo-changes/<pk>/                               401   200   404   200   404   404   401
POST   /api/v1/photo-changes/<pk>/accept/                        401   400   403   400   404   403   401
POST   /api/v1/photo-changes/<pk>/decline/                       401   400   403   400   404   403   401
GET    /api/v1/own-looks/                                        401   200   200   200   200   200   401
GET    /api/v1/sign-ins/                                         401   200   200   200   200   200   401
POST   /api/v1/sign-ins/end/                                     401   200   200   200   200   200   401
DELETE /api/v1/sign-ins/<pk>/                                    401   404   404   404   404   404   401
POST   /api/v1/people/<id_number>/card-lost/                     401   409   404   403   403   404   401
POST   /api/v1/people/<id_number>/consents/                      401   400   404   400   400   404   401
GET    /api/v1/sightings/                                        401   200   200   200   200   200   401
POST   /api/v1/sightings/<pk>/deny/                              401   200   404   200   404   404   401
GET    /api/v1/sightings/<pk>/                                   401   200   404   200   404   404   401
GET    /api/v1/stations/                                         401   200   200   200   200   403   401
POST   /api/v1/stations/                                         401   400   403   403   403   403   401
GET    /api/v1/stations/<slug>/                                  401   200   404   200   404   403   401
GET    /api/v1/stations/<slug>/uptime/                           401   200   404   200   404   403   401
PATCH  /api/v1/stations/<slug>/                                  401   200   403   403   403   403   401
PUT    /api/v1/stations/<slug>/                                  401   400   403   403   403   403   401
POST   /api/v1/stations/<slug>/pairing-code/                      401   201   403   403   403   403   401
DELETE /api/v1/stations/<slug>/pairing-code/                      401   204   403   403   403   403   401
POST   /api/v1/verify/                                           401   400   403   400   400   403   401
# --- monitors
GET    /healthz                                                  200   200   200   200   200   200   200
GET    /metrics                                                  404   200   404   404   404   404   404
GET    /readyz                                                   200   200   200   200   200   200   200
# --- admin
GET    /admin/                                                   login 200   login 200   200   login login
GET    /admin/accounts/consent/                                  login 200   login 200   200   login login
GET    /admin/accounts/consent/add/                              login 200   login 200   200   login login
POST   /admin/accounts/consent/add/                              login 200   login 200   200   login login
GET    /admin/accounts/consent/<object_id>/change/               login 200   login 200   302   login login
GET    /admin/accounts/consent/<object_id>/delete/               login 403   login 403   403   login login
GET    /admin/accounts/consent/<pk>/withdraw/                    login 200   login 200   404   login login
POST   /admin/accounts/consent/<pk>/withdraw/                    login 302   login 302   404   login login
GET    /admin/accounts/department/                               login 200   login 200   200   login login
GET    /admin/accounts/department/add/                           login 200   login 403   403   login login
GET    /admin/accounts/department/<object_id>/change/            login 200   login 200   200   login login
GET    /admin/accounts/department/<object_id>/delete/            login 200   login 403   403   login login
GET    /admin/accounts/mailoptout/                               login 200   login 403   403   login login
GET    /admin/accounts/mailoptout/add/                           login 200   login 403   403   login login
POST   /admin/accounts/mailoptout/add/                           login 200   login 403   403   login login
GET    /admin/accounts/mailoptout/<object_id>/change/            login 200   login 403   403   login login
GET    /admin/accounts/mailoptout/<object_id>/delete/            login 200   login 403   403   login login
POST   /admin/accounts/mailoptout/<object_id>/delete/            login 200   login 403   403   login login
GET    /admin/accounts/mailtemplate/                             login 200   login 403   403   login login
GET    /admin/accounts/mailtemplate/add/                         login 403   login 403   403   login login
GET    /admin/accounts/mailtemplate/<object_id>/change/          login 200   login 403   403   login login
POST   /admin/accounts/mailtemplate/<object_id>/change/          login 200   login 403   403   login login
GET    /admin/accounts/mailtemplate/<object_id>/delete/          login 403   login 403   403   login login
GET    /admin/accounts/mailtemplate/<pk>/original/               login 302   login 403   403   login login
POST   /admin/accounts/mailtemplate/<pk>/original/               login 302   login 403   403   login login
GET    /admin/accounts/mailtemplate/<pk>/preview/                login 200   login 403   403   login login
POST   /admin/accounts/mailtemplate/<pk>/preview/                login 200   login 403   403   login login
GET    /admin/accounts/outgoingmail/                             login 200   login 403   403   login login
POST   /admin/accounts/outgoingmail/                             login 200   login 403   403   login login
GET    /admin/accounts/outgoingmail/add/                         login 403   login 403   403   login login
GET    /admin/accounts/outgoingmail/<object_id>/change/          login 200   login 403   403   login login
GET    /admin/accounts/outgoingmail/<object_id>/delete/          login 403   login 403   403   login login
GET    /admin/accounts/noticetext/                               login 200   login 200   200   login login
GET    /admin/accounts/noticetext/add/                           login 200   login 403   403   login login
GET    /admin/accounts/noticetext/<object_id>/change/            login 200   login 200   200   login login
GET    /admin/accounts/noticetext/<object_id>/delete/            login 200   login 403   403   login login
GET    /admin/accounts/user/                                     login 200   login 200   200   login login
GET    /admin/accounts/user/add/                                 login 200   login 403   403   login login
POST   /admin/accounts/user/add/                                 login 200   login 403   403   login login
GET    /admin/accounts/user/export/                              login 200   login 403   403   login login
POST   /admin/accounts/user/export/                              login 200   login 403   403   login login
GET    /admin/accounts/user/import/                              login 200   login 403   403   login login
POST   /admin/accounts/user/import/                              login 200   login 403   403   login login
GET    /admin/accounts/user/process_import/                      login 302   login 403   403   login login
POST   /admin/accounts/user/process_import/                      login 200   login 403   403   login login
GET    /admin/accounts/user/<id>/password/                       login 200   login 403   403   login login
POST   /admin/accounts/user/<id>/password/                       login 200   login 403   403   login login
GET    /admin/accounts/user/<object_id>/change/                  login 200   login 200   200   login login
POST   /admin/accounts/user/<object_id>/change/                  login 200   login 403   403   login login
GET    /admin/accounts/user/<object_id>/delete/                  login 200   login 403   403   login login
POST   /admin/accounts/user/<object_id>/delete/                  login 200   login 403   403   login login
GET    /admin/accounts/user/<pk>/pin/                            login 200   login 403   403   login login
POST   /admin/accounts/user/<pk>/pin/                            login 200   login 403   403   login login
GET    /admin/auditlog/logentry/                                 login 200   login 403   403   login login
GET    /admin/auditlog/logentry/add/                             login 403   login 403   403   login login
GET    /admin/auditlog/logentry/<object_id>/change/              login 200   login 403   403   login login
GET    /admin/auditlog/logentry/<object_id>/delete/              login 403   login 403   403   login login
GET    /admin/autocomplete/                                      login 403   login 403   403   login login
GET    /admin/axes/accessattempt/                                login 200   login 403   403   login login
GET    /admin/axes/accessattempt/add/                            login 403   login 403   403   login login
GET    /admin/axes/accessattempt/<object_id>/change/             login 200   login 403   403   login login
GET    /admin/axes/accessattempt/<object_id>/delete/             login 200   login 403   403   login login
GET    /admin/axes/accessfailurelog/                             login 200   login 403   403   login login
GET    /admin/axes/accessfailurelog/add/                         login 403   login 403   403   login login
GET    /admin/axes/accessfailurelog/<object_id>/change/          login 200   login 403   403   login login
GET    /admin/axes/accessfailurelog/<object_id>/delete/          login 200   login 403   403   login login
GET    /admin/axes/accesslog/                                    login 200   login 403   403   login login
GET    /admin/axes/accesslog/add/                                login 403   login 403   403   login login
GET    /admin/axes/accesslog/<object_id>/change/                 login 200   login 403   403   login login
GET    /admin/axes/accesslog/<object_id>/delete/                 login 200   login 403   403   login login
GET    /admin/django_tasks_database/dbtaskresult/                login 200   login 403   403   login login
GET    /admin/django_tasks_database/dbtaskresult/add/            login 403   login 403   403   login login
GET    /admin/django_tasks_database/dbtaskresult/<object_id>/change/ login 200 login 403  403   login login
GET    /admin/django_tasks_database/dbtaskresult/<object_id>/delete/ login 403 login 403  403   login login
GET    /admin/jsi18n/                                            login 200   login 200   200   login login
GET    /admin/knox/authtoken/                                    login 200   login 403   403   login login
GET    /admin/knox/authtoken/add/                                login 200   login 403   403   login login
POST   /admin/knox/authtoken/add/                                login 200   login 403   403   login login
GET    /admin/knox/authtoken/<object_id>/change/                 login 200   login 403   403   login login
GET    /admin/knox/authtoken/<object_id>/delete/                 login 200   login 403   403   login login
GET    /admin/login/                                             login 403   403   403   403   403   login
GET    /admin/logout/                                            302   302   302   302   302   302   302
GET    /admin/password_change/                                   login 302   login 302   302   login login
GET    /admin/password_change/done/                              login 200   login 200   200   login login
GET    /admin/accounts/lostcard/                                 login 200   login 403   403   login login
GET    /admin/accounts/lostcard/add/                             login 403   login 403   403   login login
GET    /admin/accounts/lostcard/<object_id>/change/              login 200   login 403   403   login login
GET    /admin/accounts/lostcard/<object_id>/delete/              login 403   login 403   403   login login
GET    /admin/recognition/invitation/                            login 200   login 403   403   login login
GET    /admin/recognition/invitation/add/                        login 403   login 403   403   login login
GET    /admin/recognition/invitation/<object_id>/change/         login 200   login 403   403   login login
GET    /admin/recognition/invitation/<object_id>/delete/         login 403   login 403   403   login login
GET    /admin/recognition/newcomer/                              login 200   login 403   403   login login
GET    /admin/recognition/newcomer/add/                          login 403   login 403   403   login login
GET    /admin/recognition/newcomer/<object_id>/change/           login 200   login 403   403   login login
GET    /admin/recognition/newcomer/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/recognition/photochange/                           login 200   login 403   403   login login
GET    /admin/recognition/photochange/add/                       login 403   login 403   403   login login
GET    /admin/recognition/photochange/<object_id>/change/        login 200   login 403   403   login login
GET    /admin/recognition/photochange/<object_id>/delete/        login 403   login 403   403   login login
GET    /admin/recognition/biometricaccess/                       login 200   login 403   403   login login
GET    /admin/recognition/biometricaccess/add/                   login 403   login 403   403   login login
GET    /admin/recognition/biometricaccess/<object_id>/change/    login 200   login 403   403   login login
GET    /admin/recognition/biometricaccess/<object_id>/delete/    login 403   login 403   403   login login
GET    /admin/recognition/facesample/                            login 200   login 200   200   login login
GET    /admin/recognition/facesample/add/                        login 403   login 403   403   login login
GET    /admin/recognition/facesample/photo/<pk>/                 login 200   login 200   404   login login
GET    /admin/recognition/facesample/<object_id>/change/         login 200   login 200   302   login login
GET    /admin/recognition/facesample/<object_id>/delete/         login 200   login 200   302   login login
POST   /admin/recognition/facesample/<object_id>/delete/         login 200   login 200   302   login login
GET    /admin/recognition/impostorexample/                       login 200   login 200   200   login login
GET    /admin/recognition/impostorexample/add/                   login 403   login 403   403   login login
GET    /admin/recognition/impostorexample/<object_id>/change/    login 200   login 200   302   login login
GET    /admin/recognition/impostorexample/<object_id>/delete/    login 200   login 200   302   login login
POST   /admin/recognition/impostorexample/<object_id>/delete/    login 200   login 200   302   login login
GET    /admin/recognition/sighting/                              login 200   login 200   200   login login
GET    /admin/recognition/sighting/add/                          login 403   login 403   403   login login
GET    /admin/recognition/sighting/<object_id>/change/           login 200   login 200   302   login login
GET    /admin/recognition/sighting/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/recognition/station/                               login 200   login 403   403   login login
GET    /admin/recognition/station/add/                           login 200   login 403   403   login login
POST   /admin/recognition/station/add/                           login 200   login 403   403   login login
GET    /admin/recognition/station/<object_id>/change/            login 200   login 403   403   login login
GET    /admin/recognition/station/<object_id>/delete/            login 200   login 403   403   login login
GET    /admin/recognition/station/<pk>/camera-token/             login 200   login 403   403   login login
POST   /admin/recognition/station/<pk>/camera-token/             login 200   login 403   403   login login
GET    /admin/recognition/station/<pk>/pairing-code/             login 200   login 403   403   login login
POST   /admin/recognition/station/<pk>/pairing-code/             login 200   login 403   403   login login
GET    /admin/recognition/stationoutage/                         login 200   login 403   403   login login
GET    /admin/recognition/stationoutage/add/                     login 403   login 403   403   login login
GET    /admin/recognition/stationoutage/<object_id>/change/      login 200   login 403   403   login login
GET    /admin/recognition/stationoutage/<object_id>/delete/      login 403   login 403   403   login login
GET    /admin/recognition/stationdevice/                         login 200   login 403   403   login login
GET    /admin/recognition/stationdevice/add/                     login 403   login 403   403   login login
GET    /admin/recognition/stationdevice/<object_id>/change/      login 200   login 403   403   login login
GET    /admin/recognition/stationdevice/<object_id>/delete/      login 200   login 403   403   login login
GET    /admin/<app_label>/                                       login 200   login 200   200   login login
GET    /admin/<url>                                              login 404   login 404   404   login login
"""

# What a websocket says first: `hello`, or the code with which it says goodbye.
SOCKETS = """
#              anonymous      administrator  teacher        librarian      officer        member         kiosk
/ws/station/   not_paired     not_paired     not_paired     not_paired     not_paired     not_paired     hello
/ws/stations/  not_permitted  hello          hello          hello          hello          not_permitted  not_permitted
/ws/demo/      no_demo        no_demo        no_demo        no_demo        no_demo        no_demo        no_demo
# the last route takes every address that is no other's
/ no_such_address no_such_address no_such_address no_such_address no_such_address no_such_address no_such_address
"""

MATRIX += branding.ROWS + jobs.ROWS + visitors.ROWS
MATRIX += attendance.ROWS + door_relays.ROWS + library.ROWS + library_pages.ROWS + lockers.ROWS + lockers_pages.ROWS
SOCKETS += attendance.SOCKETS + library_pages.SOCKETS + lockers_pages.SOCKETS
