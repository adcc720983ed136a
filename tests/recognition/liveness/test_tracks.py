"""Who is named at a camera that asks for life: a face in view is not yet a person. Tracks, without a station."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from recognition.engine.images import decode
from recognition.engine.tracking.tracker import LOOKS
from recognition.engine.types import Box, Match
from recognition.liveness.passive.scene import PAUSES, STILL_FOR
from recognition.liveness.passive.scene import Scene as SceneOfPictures
from recognition.liveness.passive.tracks import CARD_AFTER, TrackLives
from tests.recognition.engine.test_tracker import ADA, GRACE, Scene, Watched
from tests.support.fake_engine import BACKGROUND, encode, face_square
from tests.support.fake_life import LIVING, PRINTED, STILL, FakeWatch


class Kiosk(Scene):
    """A walk-up camera whose policy is passive. It keeps what staff would hear."""

    def __init__(self, engine=None, **options):
        self.watches, self.told = [], []
        super().__init__(engine, lives=TrackLives(self._watch), **options)

    def _watch(self, same):
        self.watches.append(Counting())
        return self.watches[-1]

    def _sees(self, image, frames, every=0.2):
        for _ in range(frames):
            tracks = super()._sees(image, 1, every)
            self.told += [(t.suspicion.kind, t.suspicion.times) for t in tracks if t.suspicion]
        return tracks

    def places(self, *faces, frames=1, every=0.2):
        """Faces as (name, light, left, top, size)."""
        return self._sees(drawn(faces), frames, every)

    @property
    def asked(self):
        return sum(watch.asked for watch in self.watches)


@lru_cache
def drawn(faces):
    canvas = np.full((480, 640, 3), BACKGROUND, np.uint8)
    for name, light, left, top, size in faces:
        canvas[top : top + size, left : left + size] = face_square(name, size, light=light)
        canvas[top + size // 3, left + 8 : left + size - 8] = 10  # something that a place can be compared by
    return decode(encode(canvas))


class Counting(FakeWatch):
    asked, resting = 0, False

    def rests(self, at):
        return self.resting

    def restart(self):
        super().restart()
        self.resting = False

    def see(self, image, face, at):
        self.asked += 1
        return super().see(image, face, at)


def named(tracks):
    return [track.match.person if track.match else None for track in tracks]


# --- who is named ---------------------------------------------------------------------------------


def test_somebody_who_lives_from_the_first_look_is_named_as_soon_as_without_liveness():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=LOOKS - 1)
    assert kiosk.announced == []
    [track] = kiosk.sees("ada")
    assert (track.state, named([track]), kiosk.announced) == ("recognised", [ADA], [ADA])
    assert track.life.score == 0.97


def test_a_still_face_is_not_named_and_a_blink_names_it_at_once():
    kiosk = Kiosk()
    [track] = kiosk.sees("ada", frames=20, light=STILL)
    assert (track.state, track.match, kiosk.announced) == ("looking", None, [])
    [track] = kiosk.sees("ada", light=LIVING)
    assert (track.state, named([track]), kiosk.announced) == ("recognised", [ADA], [ADA])


def test_life_once_shown_holds_for_the_track():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=4)
    [track] = kiosk.sees("ada", frames=30, light=STILL)
    assert (track.state, kiosk.announced) == ("recognised", [ADA])


def test_a_watch_that_sees_a_swap_to_the_same_person_s_picture_takes_the_name_away():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=4)
    [track] = kiosk.sees("ada", frames=5, light=PRINTED)
    assert (track.state, track.match, kiosk.told) == ("picture", None, [("picture", 1)])


def test_a_picture_is_never_named_and_staff_hear_of_it_once_a_minute():
    kiosk = Kiosk(room=False)
    [track] = kiosk.sees("ada", frames=5, light=PRINTED)
    assert (track.state, track.match, track.hint) == ("picture", None, None)
    assert (kiosk.announced, kiosk.told) == ([], [("picture", 1)])
    kiosk.sees("ada", frames=20, light=PRINTED, every=0.5)
    assert kiosk.told == [("picture", 1)]


def test_a_friendly_line_comes_after_a_second_and_then_the_card():
    kiosk = Kiosk()
    hints = [kiosk.sees("ada", light=STILL)[0].hint for _ in range(60)]
    assert hints[: LOOKS + 2] == [None] * (LOOKS + 2)
    first = hints.index("show_life")
    assert 1.0 <= 0.2 * first <= 2.0
    assert 0.2 * hints.index("use_card") == pytest.approx(CARD_AFTER, abs=0.5)
    [track] = kiosk.sees("ada", light=LIVING)  # it is never too late
    assert named([track]) == [ADA]


def test_a_stranger_is_unknown_without_being_asked_for_life():
    kiosk = Kiosk()
    [track] = kiosk.sees("stranger", frames=12, light=STILL)
    assert (track.state, track.hint, kiosk.announced) == ("unknown", None, [None])
    asked = kiosk.asked
    kiosk.sees("stranger", frames=20, light=PRINTED)
    assert (kiosk.asked, kiosk.told) == (asked, [])


def test_a_twin_who_lives_is_too_close_to_call_and_not_named():
    kiosk = Kiosk()
    kiosk.tracker.search = Says(_twins())
    [track] = kiosk.sees("ada", frames=12)
    assert (track.state, named([track]), track.match.reason) == ("unknown", [None], "too_close_to_call")


class Says:
    """A search that finds the same for every face."""

    def __init__(self, found):
        self.found = found

    def match(self, probe, frames):
        return self.found


def _twins():
    return Match(None, "too_close_to_call", 0.3, 0.5, 0.0, GRACE, 2, 1e-3, 3, 3, best=ADA)


def test_a_face_too_dark_to_recognise_is_asked_for_light_and_not_for_life():
    kiosk = Kiosk()
    [track] = kiosk.sees("ada", frames=20, dark=True)
    assert (track.state, track.hint, kiosk.asked) == ("looking", "too_dark", 0)


# --- whose life it was ----------------------------------------------------------------------------


def test_a_picture_put_where_a_living_face_was_is_not_named():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=6)
    [track] = kiosk.sees("grace", frames=20, light=STILL)
    assert (named([track]), kiosk.announced) == ([None], [ADA])


def test_a_living_stranger_lends_no_life_to_the_picture_that_takes_their_place():
    kiosk = Kiosk()
    for _ in range(10):
        kiosk.sees("stranger", frames=2)
        [track] = kiosk.sees("grace", frames=6, light=STILL)
        assert track.match is None
    assert GRACE not in kiosk.announced


def test_blinks_between_two_looks_at_a_picture_do_not_make_it_live():
    kiosk = Kiosk()
    for _ in range(15):
        [track] = kiosk.sees("grace", frames=3, light=STILL)
        assert track.match is None
        kiosk.sees("stranger", frames=1, light=LIVING)
    assert kiosk.announced == []


def test_a_face_turned_away_lends_no_life_before_it_is_known_to_be_the_same():
    """Anyone who stands there turned away blinks; then a picture is held up in front of them."""
    engine = Watched()
    kiosk = Kiosk(engine)
    engine.yaw = 60.0
    kiosk.sees("stranger", frames=10)
    engine.yaw = 0.0
    [track] = kiosk.sees("grace", frames=10, light=STILL)
    assert (track.match, kiosk.announced) == (None, [])


def test_a_face_that_turns_out_to_be_somebody_else_begins_again():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=4)
    kiosk.tracker.search = Says(_named(GRACE))
    [track] = kiosk.sees("ada", frames=16, every=0.5, light=STILL)
    assert (named([track]), kiosk.announced) == ([None], [ADA])


def _named(person):
    return Match(person, "match", 0.2, 0.5, None, None, 2, 1e-3, 3, 3, best=person)


def test_a_new_track_of_the_same_person_shows_life_again():
    kiosk = Kiosk(forget_after=0.5)
    kiosk.sees("ada", frames=4)
    kiosk.sees(frames=10)
    [track] = kiosk.sees("ada", frames=10, light=STILL)
    assert (track.match, kiosk.announced) == (None, [ADA])


@pytest.mark.parametrize("pause", [1.0, 30.0, 3600.0])
def test_after_a_pause_without_frames_life_is_shown_again(pause):
    """The kiosk's page was in the background, or its camera was covered by nobody's leave."""
    kiosk = Kiosk(forget_after=0.5)
    kiosk.sees("ada", frames=4)
    kiosk.waits(pause)
    [track] = kiosk.sees("ada", frames=10, light=STILL)
    assert (track.state, track.match) == ("looking", None)


def test_who_is_told_again_is_only_who_was_shown_to_be_alive():
    kiosk = Kiosk()
    kiosk.tracker.repeat_every = 1.0
    [track] = kiosk.sees("ada", frames=30, light=STILL)
    assert not track.again
    agains = [kiosk.sees("ada")[0].again for _ in range(20)]
    assert any(agains)


# --- several faces --------------------------------------------------------------------------------


def test_a_picture_beside_a_living_stranger_is_not_named_and_the_stranger_is_unknown():
    kiosk = Kiosk()
    tracks = kiosk.sees("stranger", ("ada", PRINTED), frames=12)
    assert sorted(track.state for track in tracks) == ["picture", "unknown"]
    assert named(tracks) == [None, None] and kiosk.announced == [None]


def test_a_living_person_who_holds_another_one_s_picture_is_named_and_the_picture_is_not():
    kiosk = Kiosk()
    tracks = kiosk.places(("ada", LIVING, 40, 60, 160), ("grace", STILL, 320, 200, 120), frames=12)
    assert named(tracks) == [ADA, None] and kiosk.announced == [ADA]


def test_two_people_each_show_their_own_life():
    kiosk = Kiosk()
    tracks = kiosk.sees("ada", ("grace", STILL), frames=12)
    assert sorted(str(person) for person in named(tracks)) == ["1", "None"]
    kiosk.sees("ada", "grace")
    assert kiosk.announced == [ADA, GRACE]


# --- the scene ------------------------------------------------------------------------------------

POSTER = ("ada", STILL, 400, 100, 120)


def test_a_poster_is_told_of_once_and_then_ignored():
    kiosk = Kiosk()
    kiosk.places(POSTER, frames=round(STILL_FOR / 0.5) + 6, every=0.5)
    assert kiosk.told == [("scene", 1)]
    assert kiosk.places(POSTER, frames=240, every=0.5) == []
    assert (kiosk.told, kiosk.announced) == ([("scene", 1)], [])


def test_an_ignored_poster_costs_no_detection_and_no_embedding():
    kiosk = Kiosk()
    kiosk.places(POSTER, frames=60, every=0.5)
    searched, embedded = len(kiosk.engine.searches), kiosk.engine.embedded
    kiosk.places(POSTER, frames=100, every=0.1)
    assert kiosk.engine.embedded == embedded
    assert len(kiosk.engine.searches) - searched <= 12  # every few seconds, as in an empty hall, for two sizes of face


def test_a_poster_with_signs_of_a_picture_raises_no_second_alarm():
    kiosk = Kiosk()
    kiosk.places(("ada", PRINTED, 400, 100, 120), frames=600, every=0.5)
    assert kiosk.told == [("picture", 1)]


def test_somebody_in_front_of_a_poster_is_seen_and_named():
    kiosk = Kiosk()
    kiosk.places(POSTER, frames=60, every=0.5)
    [track] = kiosk.places(("grace", LIVING, 390, 90, 140), frames=6)
    assert named([track]) == [GRACE]
    kiosk.sees(frames=10)
    assert kiosk.places(POSTER, frames=4) == []


def test_the_person_of_the_poster_is_named_when_they_stand_beside_it():
    kiosk = Kiosk()
    kiosk.places(POSTER, frames=60, every=0.5)
    [track] = kiosk.places(POSTER, ("ada", LIVING, 60, 200, 160), frames=6)
    assert named([track]) == [ADA] and kiosk.announced == [ADA]


def test_a_poster_in_other_light_is_not_told_of_again():
    kiosk = Kiosk()
    kiosk.places(POSTER, frames=60, every=0.5)
    kiosk.tracker._lives.scene._fixtures[0].patch[:] = 0.0  # nothing looks as it did
    hints = {track.hint for _ in range(100) for track in kiosk.places(POSTER, every=0.5)}
    assert hints <= {None} and kiosk.told == [("scene", 1)]


def test_a_poster_that_was_taken_down_is_forgotten():
    kiosk = Kiosk()
    kiosk.places(POSTER, frames=60, every=0.5)
    kiosk.sees()
    kiosk.waits(2 * 3600)
    assert len(kiosk.places(POSTER, frames=3)) == 1


def test_a_person_who_sits_still_and_moves_now_and_then_is_no_poster():
    kiosk = Kiosk()
    for step in range(60):
        [track] = kiosk.places(("stranger", LIVING, 300 + 30 * (step % 3), 100, 120), every=0.5)
    assert track.state == "unknown"


def test_a_television_is_no_poster_and_is_told_of_ever_more_rarely():
    """A face on a screen moves, so it is no poster; it stays in its place, so it is no hand-held phone."""
    kiosk = Kiosk()
    for step in range(150):
        kiosk.places(("ada", PRINTED, 300 + 12 * (step % 4), 100, 120), every=0.5)
    assert kiosk.told == [("picture", 1), ("picture", 2)] and kiosk.announced == []


def test_alarms_about_a_picture_that_stays_in_its_place_are_further_and_further_apart():
    scene, box = SceneOfPictures(), Box(300, 100, 120, 120)
    told = [(second, scene.alarm(ADA, box, float(second))) for second in range(4000)]
    assert [row for row in told if row[1]] == [(0, 1), (60, 2), (360, 3), (1260, 4), (2160, 5), (3060, 6), (3960, 7)]
    assert PAUSES == (60.0, 300.0, 900.0)


def test_a_picture_that_is_carried_about_is_told_of_every_minute():
    scene = SceneOfPictures()
    told = [second for second in range(301) if scene.alarm(ADA, Box(10 * second, 100, 120, 120), float(second))]
    assert told == [0, 60, 120, 180, 240, 300]


def test_two_phones_at_one_kiosk_are_both_told_of():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=6, light=PRINTED)
    kiosk.sees(frames=10)
    kiosk.sees("grace", frames=6, light=PRINTED)
    assert kiosk.told == [("picture", 1), ("picture", 1)]


# --- what it costs --------------------------------------------------------------------------------


def test_without_a_policy_nothing_is_watched_or_embedded_more():
    plain, kiosk = Scene(), Kiosk()
    plain.sees("ada", frames=40)
    kiosk.sees("ada", frames=40)
    assert kiosk.engine.embedded == plain.engine.embedded
    assert plain.tracker._lives is None
    [track] = plain.sees("ada")
    assert (track.life, track.suspicion) == (None, None)


def test_while_life_is_awaited_each_frame_is_compared_and_afterwards_now_and_then():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=20, light=STILL)
    assert kiosk.engine.embedded == 20
    kiosk.sees("ada", frames=21)
    assert kiosk.engine.embedded <= 20 + 10


def test_what_rests_is_compared_now_and_then_and_not_named():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=10, light=PRINTED)
    [watch], before = kiosk.watches, kiosk.engine.embedded
    watch.resting = True
    [track] = kiosk.sees("ada", frames=20, light=PRINTED)
    assert (track.state, track.match, kiosk.announced) == ("picture", None, [])
    assert kiosk.engine.embedded <= before + 3, "four seconds, a look every two"
    assert watch.asked == 30, "the watch itself is shown each frame: it looks for a swap"
    watch.resting = False
    kiosk.sees("ada", frames=5, light=PRINTED)
    assert kiosk.engine.embedded >= before + 5


def test_who_takes_the_place_of_a_resting_picture_is_looked_at_at_once():
    kiosk = Kiosk()
    kiosk.sees("ada", frames=10, light=PRINTED)
    [watch] = kiosk.watches
    watch.resting = True
    kiosk.sees("grace", frames=LOOKS + 1)
    assert kiosk.announced == [GRACE]
