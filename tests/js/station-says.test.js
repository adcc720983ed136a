import assert from "node:assert/strict";
import { test } from "node:test";

import { bandWords, booksWords, finishedWords, parkedWords, visitWords } from "../../static/library/station-says.js";
import { english } from "./stage.js";

const words = {
  books: english("%(number)s book", "%(number)s books"), no_books: "No book yet",
  on_account: english("%(number)s book on your account", "%(number)s books on your account"),
  parked: "Kept", parked_books: english("%(name)s, %(number)s book", "%(name)s, %(number)s books"),
  nothing_taken: "Nothing taken", pass: "Pass %(number)s", scan_books: "Scan", scan_or_finish: "Scan or finish",
  gate_open: "Open", gate_asks: "Show your pass", gate_failed: "Did not open",
  not_out: "You cannot leave yet", welcome: "Welcome, %(name)s", no_entry: "Not now",
};
const EMPTY = { kind: "exit", state: "empty", names: [], left: null, alarm: false, refusal: false, scanned: false };
const shown = (changes) => bandWords({ ...EMPTY, ...changes }, words);
const left = { name: "Ada", good: true, words: { title: "Go through" } };
const leaves = { name: "Ada", number: "0042", books: 2, allowed: true, message: "", gate: "opened" };

test("an empty exit leaves the band to the camera", () => {
  assert.equal(shown({}), null);
  assert.equal(shown({ kind: "return", state: "basket" }), null);
});

test("a basket asks for books, and after the first one for Finish too", () => {
  assert.equal(shown({ state: "basket" })[1].title, "Scan");
  assert.equal(shown({ state: "basket", scanned: true })[1].title, "Scan or finish");
});

test("one thing is said at a time: a refusal and an alarm silence the band", () => {
  assert.equal(shown({ state: "basket", refusal: true })[0], "quiet");
  assert.equal(shown({ state: "end", left, alarm: true })[0], "quiet");
});

test("who has finished is told what to do as long as they stand here alone", () => {
  assert.deepEqual(shown({ state: "end", left }), ["recognised", left.words]);
  assert.deepEqual(shown({ left, names: ["Ada"] }), ["recognised", left.words]);
  assert.equal(shown({ left, names: ["Ada", "Grace"] }), null);
  assert.equal(shown({ left, names: [] }), null);
  assert.equal(shown({ state: "end", left: { ...left, good: false } })[0], "trouble");
});

test("no book, one book, several", () => {
  assert.deepEqual([0, 1, 2].map((number) => booksWords(number, words)), ["No book yet", "1 book", "2 books"]);
});

test("an exit opens, asks for the pass, or did not open", () => {
  const open = { good: true, verdict: "Open", note: "Ada: 2 books on your account", pass: "Pass 0042" };
  assert.deepEqual(finishedWords(leaves, false, words), open);
  assert.equal(finishedWords({ ...leaves, gate: "waits" }, false, words).verdict, "Show your pass");
  const failed = finishedWords({ ...leaves, books: 0, gate: "failed: no answer" }, false, words);
  assert.deepEqual([failed.good, failed.verdict, failed.note], [false, "Did not open", "Ada: Nothing taken"]);
});

test("who may not leave gets the reason and no pass, and no reason beside a ringing gate", () => {
  const stays = { ...leaves, allowed: false, message: "One book is not on your account.", gate: "" };
  assert.deepEqual(finishedWords(stays, false, words), { good: false, verdict: "You cannot leave yet", note: stays.message, pass: "" });
  assert.equal(finishedWords(stays, true, words).note, "");
});

test("an entry welcomes in silence, and tells aloud that the gate stayed shut", () => {
  const welcome = { good: true, verdict: "Welcome, Ada", note: "", pass: "", quiet: true };
  assert.deepEqual(visitWords({ name: "Ada", allowed: true, message: "" }, words), welcome);
  const shut = visitWords({ name: "Ada", allowed: true, message: "", gate: "failed" }, words);
  assert.deepEqual([shut.good, shut.note, shut.quiet], [false, "Did not open", false]);
  const refused = visitWords({ name: "Ada", allowed: false, message: "Your membership is over." }, words);
  assert.deepEqual([refused.good, refused.verdict, refused.note], [false, "Not now", "Your membership is over."]);
});

test("a basket that was left is kept", () => {
  const kept = { good: true, quiet: true, verdict: "Kept", note: "Ada, 1 book", pass: "" };
  assert.deepEqual(parkedWords({ name: "Ada", books: 1 }, words), kept);
});
