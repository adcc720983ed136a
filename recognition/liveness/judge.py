"""The state machine: look straight ahead, answer each step in its order, look straight ahead again.

It is fed with frames at 5 to 30 a second, knows the time only from them, and takes back nothing: once failed
it stays failed, and goes on only to report what it sees.
"""

from __future__ import annotations

from recognition.liveness import conditions
from recognition.liveness.answers import CLOSING, FAILED, OPENING, PASSED, STEP, LivenessResult, Progress, StepDone
from recognition.liveness.challenge import BLINK, CLOSING_SECONDS, OPENING_SECONDS, Challenge
from recognition.liveness.evidence import FRONTAL, Evidence
from recognition.liveness.looks import Frame, Look, look_of
from recognition.liveness.opening import Opening
from recognition.liveness.passive import LEAST_LIVE
from recognition.liveness.same_face import Threshold
from recognition.liveness.turns import ANSWER, Turn

REACTION = 0.15  # s: what begins sooner after it was asked for is no answer; people need 0.2 (Woods and others, 2015)
LOST_AFTER = 1.0  # s without a face
CROWD_AFTER = 1.0  # s with a second face
FEWEST_CAPTURES = 3  # embeddings in the end
HINT_SECONDS = 2.0  # that a hint about something past stays
BROKEN_OFF = 2.0  # s without any frame: whatever happened meanwhile, nobody saw it


class Judge:
    """One attempt at one challenge, judged by its frames alone. Not thread-safe."""

    def __init__(self, challenge: Challenge, *, threshold: Threshold, with_passive: bool = False) -> None:
        """`threshold` is the engine's; `with_passive`: nobody passes without a passive score."""
        self.challenge, self._with_passive = challenge, with_passive
        self._opening = Opening(threshold)
        self._evidence: Evidence | None = None
        self._state, self._reason = OPENING, None  # type: str, str | None
        self._steps: list[StepDone] = []
        self._began: float | None = None  # of the current part, s
        self._first_at = self._last_at = self._seen_at = self._alone_at = 0.0
        self._frames = 0
        self._hint: str | None = None
        self._said: tuple[str, float] | None = None  # a hint about something past, and since when
        self._flat_turns = 0
        self._look: Look | None = None

    # --- what others ask ------------------------------------------------------------------------

    def see(self, frame: Frame) -> Progress:
        """Judge the next frame. Frames that are not later than the one before are passed over."""
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
        )

    def _trace(self) -> dict[str, object]:
        seconds = self._last_at - self._first_at
        return {
            "challenge": list(self.challenge.actions),
            "frames": self._frames,
            "seconds": round(seconds, 2),
            "frames_per_second": round((self._frames - 1) / seconds, 1) if seconds > 0 else 0.0,
            "steps": [{"action": s.action, "at": round(s.at - self._first_at, 2)} for s in self._steps],
            **(self._evidence.summary(self._first_at) if self._evidence else {}),
        }

    # --- one frame ------------------------------------------------------------------------------

    def _judge(self, frame: Frame) -> None:
        if frame.faces != 1 or frame.face is None:
            self._nobody_or_several(frame)
            return
        self._seen_at = self._alone_at = frame.at
        look = self._look = look_of(frame, frame.face)
        self._hint = "step_back" if self._with_passive and frame.overfull else conditions.trouble(look)
        if self._evidence is None:
            self._open(frame, look)
        else:
            self._weigh(frame, look, self._evidence)

    def _nobody_or_several(self, frame: Frame) -> None:
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

    def _open(self, frame: Frame, look: Look) -> None:
        """Stand still before anything is asked, so that it is known how this face looks straight ahead."""
        if self._hint is not None:
            self._opening.start_over()
            return
        self._hint = self._opening.see(frame, look)
        if self._opening.is_done:
            self._evidence = self._opening.evidence()
            self._begin(STEP)

    def _weigh(self, frame: Frame, look: Look, evidence: Evidence) -> None:
        before = evidence.turns.now
        blink, turn = evidence.see(frame, look)
        if self._is_over():
            return
        if evidence.same.swapped:
            self._fail("face_swapped")
        elif self._state == CLOSING:
            self._close(evidence, look)
        elif self._asked() == BLINK:
            self._wait_for_blink(blink is not None and blink.began >= self._part_began() + REACTION, turn, look)
        else:
            self._wait_for_turn(turn, before, look, evidence)

    # --- the steps ------------------------------------------------------------------------------

    def _wait_for_blink(self, blinked: bool, turn: Turn | None, look: Look) -> None:
        if self._is_new(turn):
            self._fail("wrong_turn")
        elif blinked and self._evidence is not None and self._evidence.agrees_now():
            self._done(look)
        elif self._evidence is not None and abs(self._evidence.turns.off(look)) > FRONTAL:
            self._hint = self._hint or "look_straight"

    def _wait_for_turn(self, turn: Turn | None, before: Turn | None, look: Look, evidence: Evidence) -> None:
        if turn is None:
            self._turned_back(before)
        elif not self._is_new(turn):
            self._hint = self._hint or "look_straight"
        elif turn.action != self._asked():
            self._fail("wrong_turn")
        elif turn.counts and evidence.agrees_now():
            self._done(look)

    def _is_new(self, turn: Turn | None) -> bool:
        """Whether it began after the step was asked for."""
        return turn is not None and turn.began >= self._part_began()

    def _turned_back(self, turn: Turn | None) -> None:
        """Straight ahead again after a turn that did not count: say why."""
        if turn is None or not self._is_new(turn):
            return
        self._flat_turns += not turn.solid
        self._say("too_fast" if turn.solid_at >= ANSWER else "turn_further")

    def _close(self, evidence: Evidence, look: Look) -> None:
        """The same face once more straight ahead, enough embeddings, and no print and no screen."""
        if abs(evidence.turns.off(look)) > FRONTAL:
            self._hint = "look_straight"
        elif self._last_at <= self._part_began() or not evidence.agrees_now():
            return
        elif len(evidence.captures) >= FEWEST_CAPTURES and self._passive_is_in(evidence):
            self._finish(evidence.passive.score)

    def _passive_is_in(self, evidence: Evidence) -> bool:
        return evidence.passive.score is not None or not self._with_passive

    def _finish(self, passive: float | None) -> None:
        if passive is not None and passive < LEAST_LIVE:
            self._fail("passive_spoof")
        else:
            self._state = PASSED

    # --- the parts ------------------------------------------------------------------------------

    def _asked(self) -> str | None:
        return self.challenge.actions[len(self._steps)] if self._state == STEP else None

    def _done(self, look: Look) -> None:
        self._steps.append(StepDone(self.challenge.actions[len(self._steps)], look.number, look.at))
        self._begin(STEP if len(self._steps) < len(self.challenge.actions) else CLOSING)

    def _begin(self, state: str) -> None:
        self._state, self._began, self._flat_turns, self._said = state, self._last_at, 0, None

    def _part_began(self) -> float:
        return self._began or 0.0

    def _seconds_left(self) -> float:
        allowed = {OPENING: OPENING_SECONDS, STEP: self.challenge.step_seconds, CLOSING: CLOSING_SECONDS}[self._state]
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
