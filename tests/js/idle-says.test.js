import assert from "node:assert/strict";
import { test } from "node:test";

import { clockWords, isOpen, rests } from "../../static/recognition/idle-says.js";

const now = (changes) => rests({ quiet: 60, after: 60, open: true, works: true, busy: false, ...changes });

test("a screen rests when no one has been there for as long as the station says", () => {
  assert.equal(now({ quiet: 59 }), false);
  assert.equal(now({}), true);
  assert.equal(now({ after: 0, quiet: 9999 }), false);
});

test("outside opening hours it rests soon, even without a camera", () => {
  assert.equal(now({ open: false, quiet: 9, after: 0 }), false);
  assert.equal(now({ open: false, quiet: 10, after: 0, works: false }), true);
});

test("a person in the middle of something, or a fault that must be read, keeps it awake", () => {
  assert.equal(now({ busy: true, quiet: 9999 }), false);
  assert.equal(now({ busy: true, open: false }), false);
  assert.equal(now({ works: false, quiet: 9999 }), false);
});

test("opening hours may go past midnight, and without any it is open", () => {
  assert.deepEqual(["07:59", "08:00", "17:59", "18:00"].map((at) => isOpen(at, "08:00", "18:00")), [false, true, true, false]);
  const atNight = ["17:59", "18:00", "23:59", "01:59", "02:00"].map((at) => isOpen(at, "18:00", "02:00"));
  assert.deepEqual(atNight, [false, true, true, true, false]);
  assert.equal(isOpen("03:00", "", ""), true);
});

test("the clock is that of the site, wherever the machine is", () => {
  const said = clockWords(Date.UTC(2026, 2, 2, 23, 5), "en", "Asia/Kolkata");
  assert.deepEqual(said, { clock: "04:35", time: "04:35", day: "Tuesday, March 3" });
  assert.match(clockWords(Date.UTC(2026, 2, 2, 23, 5), "de", "UTC").day, /Montag/);
});
