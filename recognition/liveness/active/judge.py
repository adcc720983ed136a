"""The state machine: look straight ahead, answer each step in its order, look straight ahead again.

It is fed with frames at 5 to 30 a second, knows the time only from them, and never changes a result: once failed
it stays failed, and goes on only to report what it sees.
"""

from __future__ import annotations

import math

from recognition.liveness.active import conditions
from recognition.liveness.active.answers import (
    CLOSING,
    FAILED,
    OPENING,
    PASSED,
    STEP,
    LivenessResult,
    Progress,
    StepDone,
)
from recognition.liveness.active.challenge import BLINKS, CLOSER, CLOSING_SECONDS, NOD, OPENING_SECONDS, Challenge
from recognition.liveness.active.depth import Measure, measured
from recognition.liveness.active.evidence import FRONTAL, Evidence, FrameEvidence
from recognition.liveness.active.opening import OpeningPart
from recognition.liveness.active.same_face import Threshold
from recognition.liveness.active.turns import STRAIGHT, Turn
from recognition.liveness.frames import FrameContent, Look, look_of
from recognition.liveness.passive.minifasnet import LEAST_LIVE

REACTION = 0.15  # s: what begins sooner after it was asked for is not counted; people need 0.2 (Woods and others, 2015)
LOST_AFTER = 1.0  # s without a face
CROWD_AFTER = 1.0  # s with a second face
FEWEST_CAPTURES = 3  # embeddings in the end
LINGER = 1.2  # s after the last step in which an extra movement may begin
HINT_SECONDS = 2.0  # that a hint about something past stays
BROKEN_OFF = 2.0  # s without any frame: whatever happened meanwhile, no one saw it


class Judge:
    """One attempt at one challenge, decided by its frames alone. Not thread-safe."""

    def __init__(
        self, challenge: Challenge, *, threshold: Threshold, with_passive: bool = False, measure: Measure = measured
    ) -> None:
        """`threshold` is the engine's; `with_passive`: no one passes without a passive score; `measure`: for tests
        without pictures.
        """
        self.challenge, self._with_passive = challenge, with_passive
        self._opening = OpeningPart(threshold, measure)
        self._evidence: Evidence | None = None
        self._state, self._reason = OPENING, None  # type: str, str | None
        self._steps: list[StepDone] = []
        self._began: float | None = None  # of the current part, s
        self._first_at = self._last_at = self._seen_at = self._alone_at = 0.0
        self._frames = 0
        self._hint: str | None = None
        self._said: tuple[str, float] | None = None  # a hint about something past, and since when
        self._flat_turns = self._blinks = 0  # of the current step
        self._closing_at = math.inf  # when the last step was done, s
        self._resting: float | None = None  # since when the face has looked straight ahead before a step, s
        self._look: Look | None = None

    # --- what others ask ------------------------------------------------------------------------

    def see(self, frame: FrameContent) -> Progress:
        """Check the next frame. Frames that are not later than the one before are ignored."""
        if self._began is None:
            self._began = self._first_at = self._seen_at = self._alone_at = self._last_at = frame.at
        elif frame.at <= self._last_at:
            return self.progress()
        broken_off = frame.at - self._last_at > BROKEN_OFF
        self._last_at, self._frames, self._hint, self._look = frame.at, self._frames + 1, None, None
        if broken_off and self._evidence is not None:
            self._fail("face_lost")
        self._judge(frame)
        if not self._is_over() and self._seconds_left() <= 0:
            self._fail("flat_picture" if self._flat_turns else "timed_out")
        return self.progress()

    def progress(self) -> Progress:
        look = self._look
        return Progress(
            state=self._state,
            step=self._asked(),
            step_index=len(self._steps),
            steps=len(self.challenge.actions),
            hint=None if self._is_over() else self._hint or self._lasting_hint(),
            reason=self._reason,
            seconds_left=0.0 if self._is_over() else max(0.0, self._seconds_left()),
            yaw=None if look is None else look.yaw,
            box=None if look is None else look.box,
        )

    def give_up(self) -> None:
        """No more frames will come. Without this, a session that is not over has merely not passed yet."""
        self._fail("timed_out")

    def result(self) -> LivenessResult:
        passed, evidence = self._state == PASSED, self._evidence
        return LivenessResult(
            passed=passed,
            reason=None if passed else self._reason or "not_finished",
            steps=tuple(self._steps),
            blinks=tuple((blink.first, blink.last) for blink in evidence.blinks.blinks) if evidence else (),
            yaw_min=evidence.yaw_min if evidence else 0.0,
            yaw_max=evidence.yaw_max if evidence else 0.0,
            passive_score=evidence.passive.score if evidence else None,
            embeddings=tuple(evidence.captures) if evidence and passed else (),
            trace=self._trace(),
            extra_actions=self._extra_actions() if passed else (),
        )

    def _trace(self) -> dict[str, object]:
        seconds = self._last_at - self._first_at
        return {
            "challenge": list(self.challenge.actions),
            "frames": self._frames,
            "seconds": round(seconds, 2),
            "frames_per_second": round((self._frames - 1) / seconds, 1) if seconds > 0 else 0.0,
            "steps": [{"action": s.action, "at": round(s.at - self._first_at, 2)} for s in self._steps],
            **(self._evidence.summary(self._first_at, self._closing_at) if self._evidence else {}),
        }

    def _extra_actions(self) -> tuple[str, ...]:
        """Turns and nods after the last step, in their order: no one asked for them, and no log tells them."""
        if self._evidence is None:
            return ()
        moves = [*self._evidence.turns.turns, *self._evidence.nods.turns]
        after = sorted((one for one in moves if one.is_far and one.began >= self._closing_at), key=lambda one: one.at)
        return tuple(one.action for one in after)

    # --- one frame ------------------------------------------------------------------------------

    def _judge(self, frame: FrameContent) -> None:
        if frame.faces != 1 or frame.face is None or frame.face.mesh is None:
            self._nobody_or_several(frame)
            return
        self._seen_at = self._alone_at = frame.at
        look = self._look = look_of(frame, frame.face.mesh, frame.face)
        self._hint = "step_back" if self._with_passive and frame.overfull else conditions.trouble(look)
        if self._evidence is None:
            self._open(frame, look)
        else:
            self._weigh(frame, look, self._evidence)

    def _nobody_or_several(self, frame: FrameContent) -> None:
        self._hint = "one_person" if frame.faces > 1 else "no_face"
        if frame.faces > 1:
            self._seen_at = frame.at
        if self._evidence is None:
            self._opening.start_over()
            return
        self._evidence.out_of_sight()
        if frame.at - self._alone_at > CROWD_AFTER and frame.faces > 1:
            self._fail("two_faces")
        if frame.at - self._seen_at > LOST_AFTER:
            self._fail("face_lost")

    def _open(self, frame: FrameContent, look: Look) -> None:
        """Stand still before anything is asked, so that it is known how this face looks straight ahead."""
        if self._hint is not None:
            self._opening.start_over()
            return
        self._hint = self._opening.see(frame, look)
        if self._opening.is_done:
            self._evidence = self._opening.evidence()
            self._begin(STEP)

    def _weigh(self, frame: FrameContent, look: Look, evidence: Evidence) -> None:
        before = (evidence.turns.now, evidence.nods.now)
        seen = evidence.see(frame, look)
        if self._is_over():
            return
        if evidence.same.swapped:
            self._fail("face_swapped")
        elif self._state == CLOSING:
            self._close(evidence, look)
        elif self._is_pause():
            self._rest(evidence, look)
        else:
            self._step(seen, before, look, evidence)

    def _rest(self, evidence: Evidence, look: Look) -> None:
        """The pause before a step is counted from when the face looks straight ahead again."""
        self._hint = "look_straight"
        if self._resting is None and abs(evidence.turns.off(look)) <= STRAIGHT:
            self._resting = self._last_at

    # --- the steps ------------------------------------------------------------------------------

    def _step(
        self, seen: FrameEvidence, before: tuple[Turn | None, Turn | None], look: Look, evidence: Evidence
    ) -> None:
        asked = self._asked()
        if asked in BLINKS:
            self._wait_for_blinks(seen, look, evidence)
        elif asked == NOD:
            self._wait_for_nod(seen, before[1], look, evidence)
        elif asked == CLOSER:
            self._wait_for_nearing(seen, look, evidence)
        else:
            self._wait_for_turn(seen.turn, before[0], look, evidence)

    def _wait_for_blinks(self, seen: FrameEvidence, look: Look, evidence: Evidence) -> None:
        """As many as were asked for: a recording of one blink more or less is not enough."""
        if self._is_new(seen.turn):
            self._fail("wrong_turn")
        elif seen.blink is not None and seen.blink.began >= self._asked_at() + REACTION and evidence.agrees_now():
            self._blinks += 1
            if self._blinks == BLINKS[self._asked() or ""]:
                self._done(look)
        elif abs(evidence.turns.off(look)) > FRONTAL:
            self._hint = self._hint or "look_straight"
        elif self._blinks:
            self._hint = self._hint or "blink_again"

    def _wait_for_nod(self, seen: FrameEvidence, before: Turn | None, look: Look, evidence: Evidence) -> None:
        if self._is_new(seen.turn):
            self._fail("wrong_turn")
        elif seen.nod is None:
            self._turned_back(before, "nod_further")
        elif self._is_new(seen.nod) and seen.nod.counts and evidence.agrees_now():
            self._done(look)

    def _wait_for_nearing(self, seen: FrameEvidence, look: Look, evidence: Evidence) -> None:
        """Away and back again, the size of the face going up and down."""
        if self._is_new(seen.turn):
            self._fail("wrong_turn")
        elif seen.back_since is not None and seen.back_since >= self._asked_at() and evidence.agrees_now():
            self._done(look)
        else:
            self._hint = evidence.nearing.hint(look)

    def _wait_for_turn(self, turn: Turn | None, before: Turn | None, look: Look, evidence: Evidence) -> None:
        if turn is None:
            self._turned_back(before, "turn_further")
        elif not self._is_new(turn):
            self._hint = self._hint or "look_straight"
        elif turn.action != self._asked():
            self._fail("wrong_turn")
        elif turn.counts and evidence.agrees_now():
            self._done(look)

    def _is_new(self, turn: Turn | None) -> bool:
        """Whether it began after the step was asked for."""
        return turn is not None and turn.began >= self._asked_at()

    def _turned_back(self, turn: Turn | None, further: str) -> None:
        """Straight ahead again after a turn that did not count: say why."""
        if turn is None or not self._is_new(turn):
            return
        self._flat_turns += turn.is_far and not turn.solid
        self._say("too_fast" if turn.is_far and turn.solid else further)

    def _close(self, evidence: Evidence, look: Look) -> None:
        """The same face once more straight ahead, enough embeddings, and no print and no screen."""
        if abs(evidence.turns.off(look)) > FRONTAL:
            self._hint = "look_straight"
        elif self._last_at <= self._part_began() + self._linger() or not evidence.agrees_now():
            return
        elif len(evidence.captures) >= FEWEST_CAPTURES and self._passive_is_in(evidence):
            self._finish(evidence)

    def _linger(self) -> float:
        """What comes after the last step is waited for where a challenge has pauses, at lockers: it may be a sign."""
        return LINGER if self.challenge.pauses else 0.0

    def _passive_is_in(self, evidence: Evidence) -> bool:
        return evidence.passive.score is not None or not self._with_passive

    def _finish(self, evidence: Evidence) -> None:
        """What is held up may answer every step, as a film on a tablet does: then its edges or its screen betray it."""
        passive = evidence.passive.score
        if evidence.is_picture or (passive is not None and passive < LEAST_LIVE):
            self._fail("passive_spoof")
        else:
            self._state = PASSED

    # --- the parts ------------------------------------------------------------------------------

    def _asked(self) -> str | None:
        """The step on the screen; None in the pause before it."""
        if self._state != STEP or self._is_pause():
            return None
        return self.challenge.actions[len(self._steps)]

    def _is_pause(self) -> bool:
        return self._state == STEP and self._last_at < self._asked_at()

    def _asked_at(self) -> float:
        """When the step appears on the screen: nothing that begins sooner answers it."""
        pause = self.challenge.pause_before(len(self._steps))
        if not pause:
            return self._part_began()
        return math.inf if self._resting is None else self._resting + pause

    def _done(self, look: Look) -> None:
        self._steps.append(StepDone(self.challenge.actions[len(self._steps)], look.number, look.at))
        self._begin(STEP if len(self._steps) < len(self.challenge.actions) else CLOSING)

    def _begin(self, state: str) -> None:
        self._state, self._began, self._flat_turns, self._blinks = state, self._last_at, 0, 0
        self._said = self._resting = None
        if state == CLOSING:
            self._closing_at = self._last_at

    def _part_began(self) -> float:
        return self._began or 0.0

    def _seconds_left(self) -> float:
        step = self.challenge.step_seconds + self.challenge.pause_before(len(self._steps))
        allowed = {OPENING: OPENING_SECONDS, STEP: step, CLOSING: CLOSING_SECONDS}[self._state]
        return self._part_began() + allowed - self._last_at

    def _fail(self, reason: str) -> None:
        if not self._is_over():
            self._state, self._reason = FAILED, reason

    def _is_over(self) -> bool:
        return self._state in (PASSED, FAILED)

    def _say(self, hint: str) -> None:
        self._said = (hint, self._last_at)

    def _lasting_hint(self) -> str | None:
        """A hint about something past; else what is asked for."""
        if self._said and self._last_at - self._said[1] < HINT_SECONDS:
            return self._said[0]
        return self._asked() or "look_straight"
