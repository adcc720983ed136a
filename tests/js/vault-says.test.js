import assert from "node:assert/strict";
import { test } from "node:test";

import { moved } from "../../static/lockers/presence.js";
import { afterKey, askedWords, comesByItself, doorWords, namedWords, whenLeft } from "../../static/lockers/vault-says.js";

const words = {
  locker: "Locker %(number)s", your_lockers: "Which one?", officer_next: "An officer next.", face_next: "The camera next.",
  get_ready: "Straight", almost: "Almost", approval: "%(number)s waits", unlocking: "%(number)s unlocks",
  opened: "%(number)s open", opened_note: "Shut it.", closed: "%(number)s shut", closed_note: "Thanks.",
  not_opened: "%(number)s did not open", turned: "%(number)s turned", turned_note: "by %(time)s",
};
const door = (changes) => doorWords({ opening: 7, locker: { number: "12" }, state: "closed", message: "", ...changes }, words);

test("a screen that nobody stands before forgets who was there", () => {
  assert.equal(whenLeft("keypad", 7_999, true), null);
  assert.equal(whenLeft("keypad", 8_000, true), "cancel");
  assert.equal(whenLeft("end", 8_000, true), "idle");
  assert.equal(whenLeft("idle", 8_000, true), "idle");
});

test("only models that are being read are waited for, and not for ever", () => {
  assert.ok(comesByItself({ code: "face_starting" }, 0, 90_000));
  assert.ok(!comesByItself({ code: "face_starting" }, 90_000, 90_000));
  for (const code of ["face_unavailable", "not_enrolled", undefined]) assert.ok(!comesByItself({ code }, 0, 90_000), code);
});

test("without a picture only touches tell, so it waits longer", () => {
  assert.equal(whenLeft("named", 8_000, false), null);
  assert.equal(whenLeft("named", 30_000, false), "cancel");
});

test("a challenge and an officer's call end by themselves", () => {
  for (const phase of ["challenge", "waiting", "passkey"]) assert.equal(whenLeft(phase, 600_000, true), null, phase);
});

test("one locker is named, several are a choice, and each warning is told once", () => {
  assert.deepEqual(namedWords({ lockers: [{ number: "12" }], officer: false }, words), { title: "Locker 12", note: "The camera next." });
  const lockers = [{ number: "12", warning: "Ends soon." }, { number: "13", warning: "Ends soon." }, { number: "14", warning: "" }];
  assert.deepEqual(namedWords({ lockers, officer: true }, words), { title: "Which one?", note: "Ends soon. An officer next." });
});

test("a challenge begins and ends straight ahead, and a hint comes first", () => {
  const step = { state: "step", words: "Turn left", hint: null };
  assert.equal(askedWords({ ...step, state: "opening" }, words), "Straight");
  assert.equal(askedWords(step, words), "Turn left");
  assert.equal(askedWords({ ...step, state: "closing" }, words), "Almost");
  assert.equal(askedWords({ state: "opening", words: "Come closer", hint: "come_closer" }, words), "Come closer");
});

test("a door is told as it moves on, and asked for until it is shut", () => {
  const told = ["requested", "authorised", "opened", "closed"].map((state) => door({ state, message: "Wait here." }));
  assert.deepEqual(told.map(({ title, note, stays }) => [title, note, stays]), [
    ["12 waits", "Wait here.", true], ["12 unlocks", "", true], ["12 open", "Shut it.", true], ["12 shut", "Thanks.", false],
  ]);
  assert.ok(told.every(({ good }) => good));
});

test("a door that did not open says why and is not asked for again", () => {
  for (const state of ["failed", "refused", "expired"]) {
    assert.deepEqual(door({ state, message: "No answer." }), { good: false, title: "12 did not open", note: "No answer.", stays: false });
  }
});

test("an officer's key that is turned tells until when the other one is awaited", () => {
  const told = door({ state: "requested", turned: true, until: "2026-11-30T17:05:59+00:00" });
  assert.deepEqual(told, { good: true, title: "12 turned", note: "by 17:05", stays: false });
});

test("keys of the pad fill a field to its end, and take signs away", () => {
  assert.equal(afterKey("AC", "D", 3), "ACD");
  assert.equal(afterKey("ACD", "E", 3), "ACD");
  assert.equal(afterKey("ACD", null, 3), "AC");
  assert.equal(afterKey("", null, 3), "");
});

test("noise of a camera is nobody, somebody who moves is", () => {
  const still = new Array(768).fill(100);
  assert.equal(moved(still, still.map((grey) => grey + 12)), false, "the lamp was switched on a little");
  assert.equal(moved(still, still.map((grey, place) => (place < 15 ? grey + 13 : grey))), false);
  assert.equal(moved(still, still.map((grey, place) => (place < 16 ? grey - 13 : grey))), true);
});
