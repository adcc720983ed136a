import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraWords, nobodyWords, tileWords, timeWords, wanted } from "../../static/attendance/board-says.js";
import { fit } from "../../static/attendance/fit.js";

const words = {
  begins: "Begins at %(time)s", closed: "Closed at %(time)s", cancelled: "Cancelled", over: "Over",
  left: "%(minutes)s min", long_left: "%(hours)s h %(minutes)s min",
  no_camera: "No camera", seeing: "Sees", never_seen: "Never saw", blind: "Blind since %(time)s", corrected: "%(label)s, corrected",
  nobody: "Nobody", nobody_more: "Enrol somebody.", nobody_fits: "Nobody fits", planned_more: "It fills later.",
};
const open = {
  state: "open", starts_at: "2026-11-30T09:00:00+00:00", ends_at: "2026-11-30T10:30:00+00:00", seconds_left: 3600,
  seeing: true, watched_until: null,
};
const left = (seconds, elapsed = 0) => timeWords({ ...open, seconds_left: seconds }, elapsed, words);

test("the time left goes down between two messages, and ends", () => {
  assert.equal(left(3600), "60 min");
  assert.equal(left(3600, 60), "59 min");
  assert.equal(left(61), "2 min");
  assert.equal(left(60, 59.5), "1 min");
  assert.equal(left(60, 60), "Over");
  assert.equal(left(60, 600), "Over");
});

test("two hours and more are told in hours", () => {
  assert.equal(left(119 * 60), "119 min");
  assert.equal(left(120 * 60), "2 h 0 min");
  assert.equal(left(135 * 60), "2 h 15 min");
});

test("a session that is not open tells when it was or will be", () => {
  assert.equal(timeWords({ ...open, state: "planned" }, 0, words), "Begins at 09:00");
  assert.equal(timeWords({ ...open, state: "closed" }, 0, words), "Closed at 10:30");
  assert.equal(timeWords({ ...open, state: "cancelled" }, 0, words), "Cancelled");
});

test("the camera sees, is blind, never saw anything, or does not exist", () => {
  assert.equal(cameraWords(open, true, words)[0], "Sees");
  const blind = { ...open, seeing: false, watched_until: "2026-11-30T09:12:00+00:00" };
  assert.deepEqual(cameraWords(blind, true, words), ["Blind since 09:12", "error", "#icon-blind"]);
  assert.equal(cameraWords({ ...open, seeing: false }, true, words)[0], "Never saw");
  assert.equal(cameraWords(open, false, words)[0], "No camera");
  assert.equal(cameraWords({ ...open, state: "closed" }, true, words)[0], "");
});

const PEOPLE = [
  { name: "Ada Lovelace", group: "A", status: "present" },
  { name: "Grace Hopper", group: "B", status: "absent" },
  { name: "Alan Turing", group: "A", status: "expected" },
  { name: "Émilie du Châtelet", group: "B", status: "late" },
];
const names = (wishes) => wanted(PEOPLE, { status: "", search: "", sort: "name", ...wishes }).map(({ name }) => name.split(" ")[0]);

test("everybody is shown in the roll's order, or who is missing first", () => {
  assert.deepEqual(names({}), ["Ada", "Grace", "Alan", "Émilie"]);
  assert.deepEqual(names({ sort: "status" }), ["Alan", "Grace", "Émilie", "Ada"]);
});

test("a search holds every word, in name or group, in any case", () => {
  assert.deepEqual(names({ search: "LOVE ada" }), ["Ada"]);
  assert.deepEqual(names({ search: "émilie" }), ["Émilie"]);
  assert.deepEqual(names({ search: " grace " }), ["Grace"]);
  assert.deepEqual(names({ search: "grace turing" }), []);
  assert.deepEqual(names({ status: "absent" }), ["Grace"]);
});

test("an empty board says why it is empty", () => {
  assert.deepEqual(nobodyWords(open, true, words), { title: "Nobody fits", more: "" });
  assert.deepEqual(nobodyWords(open, false, words), { title: "Nobody", more: "Enrol somebody." });
  assert.deepEqual(nobodyWords({ ...open, state: "planned" }, false, words), { title: "Begins at 09:00", more: "It fills later." });
});

const ada = {
  name: "Ada", label: "Late", corrected: false, sureness: "sure", note: "",
  first_seen: "2026-11-30T09:12:10+00:00", last_seen: "2026-11-30T09:12:50+00:00",
};

test("a tile tells from when to when, and one time only where both are the same minute", () => {
  assert.deepEqual(tileWords(ada, words), { label: "Late", first: "09:12", last: "", sure: " · sure", title: "Ada · Late · 09:12" });
  assert.equal(tileWords({ ...ada, last_seen: "2026-11-30T10:29:00+00:00" }, words).last, "–10:29");
});

test("a tile of somebody who was not seen shows no time and no sureness", () => {
  const said = tileWords({ ...ada, first_seen: null, last_seen: null, corrected: true, note: "by hand" }, words);
  assert.deepEqual(said, { label: "Late, corrected", first: "", last: "", sure: "", title: "Ada · Late · by hand" });
});

// A list of `number` tiles on a screen, and what `fit` does to it.
function fitted(number, { width, height }) {
  globalThis.window = { innerWidth: width, innerHeight: height, scrollY: 0 };
  const done = {};
  fit({
    children: { length: number }, clientWidth: width - 32, getBoundingClientRect: () => ({ top: 100 }),
    toggleAttribute: (name, on) => { done.dense = on; },
    style: { setProperty: (_name, size) => { done.size = parseFloat(size); } },
  });
  return done;
}

test("few people are shown large, more of them smaller, hundreds densely", () => {
  const screen = { width: 1920, height: 1080 };
  assert.deepEqual(fitted(6, screen), { dense: false, size: 30 });
  const class30 = fitted(30, screen);
  assert.ok(class30.size < 30 && class30.size >= 14 && !class30.dense);
  assert.equal(fitted(150, screen).dense, true);
});

test("on a phone letters can be read and the list scrolls", () => {
  assert.deepEqual(fitted(60, { width: 390, height: 844 }), { dense: false, size: 17 });
});
