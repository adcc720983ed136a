import assert from "node:assert/strict";
import { test } from "node:test";

import { doing, listed, present, retryWords, seenState, welcome } from "../../static/recognition/kiosk-says.js";
import { english } from "./stage.js";

const STATES = ["looking", "checking", "unknown", "idle", "paused", "lost", "revoked", "replaced", "start", "camera_busy", "come_closer"];
const states = Object.fromEntries(STATES.map((name) => [name, { title: name }]));
const words = {
  states, recognised: { title: "Welcome" },
  others: english("%(names)s and %(number)s more", "%(names)s and %(number)s more"), and: "%(names)s and %(name)s",
  doing: "%(title)s, %(text)s", retry_in: "in %(seconds)s s", retry_now: "now",
};
const ada = { state: "recognised", label: "Ada" };

const known = (changes = {}) => ({
  camera: "open", line: "open", note: { title: "", text: "", idle: false },
  names: [], said: new Map(), namesUntil: 0, trouble: null, troubleUntil: 0,
  ...changes,
  seen: { state: "looking", hint: null, faces: [], ...changes.seen },
});
const says = (changes, how = {}) => present(known(changes), words, { moment: 1000, hidden: false, ...how });

test("nobody in view is asked to look at the camera", () => {
  assert.deepEqual(says({}), ["looking", states.looking]);
});

test("somebody in view is greeted by name, with what it means here", () => {
  const said = new Map([["Ada", "present at 09:02"]]);
  assert.deepEqual(says({ said, seen: { faces: [ada] } }), ["recognised", { title: "Welcome", name: "Ada", note: "present at 09:02" }]);
});

test("a greeting stays for a moment after the person has walked on", () => {
  assert.equal(says({ names: ["Ada"], namesUntil: 1001 })[0], "recognised");
  assert.equal(says({ names: ["Ada"], namesUntil: 1000 })[0], "looking");
});

test("a card is welcomed although the camera does not work", () => {
  assert.equal(says({ camera: "camera_busy", names: ["Ada"], namesUntil: 2000 })[0], "recognised");
  assert.equal(says({ line: "lost", names: ["Ada"], namesUntil: 2000 })[0], "recognised");
  assert.deepEqual(says({ camera: "camera_busy" }), ["camera_busy", states.camera_busy, "camera"]);
});

test("what went wrong is said before a greeting", () => {
  const trouble = { title: "No", note: "Not yours." };
  assert.deepEqual(says({ trouble, troubleUntil: 2000, seen: { faces: [ada] } }), ["trouble", trouble]);
  assert.equal(says({ trouble, troubleUntil: 1000, seen: { faces: [ada] } })[0], "recognised");
});

test("the station's own words come before everything", () => {
  assert.deepEqual(says({ trouble: {}, troubleUntil: 2000 }, { own: ["basket", { title: "Scan" }] }), ["basket", { title: "Scan" }]);
});

test("a page in the background says that it is paused", () => {
  assert.equal(says({ seen: { faces: [ada] } }, { hidden: true })[0], "paused");
});

test("a button is offered where a person can help, and nowhere else", () => {
  for (const line of ["lost", "connecting", "station_off"]) assert.equal(says({ line })[2], undefined, line);
  for (const line of ["replaced", "flood"]) assert.equal(says({ line })[2], "connect", line);
  for (const line of ["revoked", "not_paired"]) assert.equal(says({ line })[2], "pair", line);
  for (const camera of ["start", "camera_busy"]) assert.equal(says({ camera })[2], "camera", camera);
  for (const camera of ["camera_starting", "camera_insecure"]) assert.equal(says({ camera })[2], undefined, camera);
});

test("where nothing goes on, that is said instead of looking or unknown", () => {
  const note = { title: "Algorithms", text: "at 14:00", idle: true };
  const [state, shown] = says({ note, seen: { state: "unknown" } });
  assert.deepEqual([state, shown.note], ["idle", "Algorithms, at 14:00"]);
  assert.equal(says({ note: { title: "", text: "", idle: true }, seen: { state: "engine_down" } })[0], "engine_down");
});

test("a face that is not named yet is being checked, or gets a hint", () => {
  const face = { state: "looking" };
  assert.equal(seenState(known({ seen: { faces: [face] } })), "checking");
  assert.equal(seenState(known({ seen: { faces: [face], hint: "come_closer" } })), "come_closer");
});

test("someone who is not recognised behind a mask is asked to take it off", () => {
  const face = { state: "unknown" };
  assert.equal(seenState(known({ seen: { state: "unknown", faces: [face], hint: "mouth_covered" } })), "mouth_covered");
  assert.equal(seenState(known({ note: { idle: true }, seen: { state: "unknown", hint: "mouth_covered" } })), "idle");
});

test("a state that this page does not know is shown as looking", () => {
  assert.deepEqual(says({ seen: { state: "brand_new" } }), ["brand_new", states.looking]);
});

test("one, two, three and many names", () => {
  const names = ["Ada", "Grace", "Alan", "Edsger", "Barbara"];
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((number) => listed(names.slice(0, number), words)), [
    "", "Ada", "Ada and Grace", "Ada, Grace and Alan", "Ada, Grace, Alan and 1 more", "Ada, Grace, Alan and 2 more",
  ]);
});

test("a note that only one of two has is under nobody's name", () => {
  assert.equal(welcome(["Ada", "Grace"], new Map([["Ada", "late"]]), words).note, "");
  assert.equal(welcome(["Ada", "Grace"], new Map([["Ada", "late"], ["Grace", "late"]]), words).note, "late");
});

test("what goes on, and when the line is tried again", () => {
  assert.equal(doing({ title: "", text: "Exit" }, words), "Exit");
  assert.equal(retryWords(3, words), "in 3 s");
  assert.equal(retryWords(0, words), "now");
});
