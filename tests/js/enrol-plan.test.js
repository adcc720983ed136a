import assert from "node:assert/strict";
import { test } from "node:test";

import { fewWords, nextStep, resultOf, saveLabel, Steady } from "../../static/recognition/enrol-plan.js";
import { english } from "./stage.js";

const words = {
  save: "Save", saving: "Saving", save_many: english("Save %(number)s photo", "Save %(number)s photos"),
  few: "%(purpose)s: %(enough)s photos, %(missing)s more",
  kept: english("%(number)s photo kept", "%(number)s photos kept"), kept_none: "None kept", refused: "%(title)s: %(reason)s",
};

test("the first step without a photo comes next, and what was saved is not asked for again", () => {
  assert.equal(nextStep(["a", null, null]), 1);
  assert.equal(nextStep([undefined, "a", null]), 2);
  assert.equal(nextStep([undefined, "a", "b"]), null);
});

test("a photo is taken when the server has been content for half a second", () => {
  const steady = new Steady();
  assert.equal(steady.heard(true, 1000, 1600), false, "one look is not enough, however long it took");
  assert.equal(steady.heard(true, 1340, 1499), false);
  assert.equal(steady.heard(true, 1400, 1500), true);
});

test("one discontent look starts the half second again", () => {
  const steady = new Steady();
  steady.heard(true, 1000, 1100);
  assert.equal(steady.heard(false, 1340, 1450), false);
  assert.equal(steady.heard(true, 1680, 1700), false);
  assert.equal(steady.heard(true, 2000, 2179), false);
  assert.equal(steady.heard(true, 2000, 2180), true);
  steady.reset();
  assert.equal(steady.heard(true, 2340, 3000), false);
});

test("the button says how many photos it saves", () => {
  assert.deepEqual([0, 1, 2].map((number) => saveLabel(number, false, words)), ["Save", "Save 1 photo", "Save 2 photos"]);
  assert.equal(saveLabel(2, true, words), "Saving");
});

test("in a language with three forms the button takes the one of its number", () => {
  const forms = ["Zapisz %(number)s zdjęć", "Zapisz %(number)s zdjęcie", "Zapisz %(number)s zdjęcia"];
  const polish = { ...words, save_many: { forms, takes: `01222${"0".repeat(195)}` } };
  assert.deepEqual([1, 3, 5].map((number) => saveLabel(number, false, polish)), [
    "Zapisz 1 zdjęcie", "Zapisz 3 zdjęcia", "Zapisz 5 zdjęć",
  ]);
});

test("the purpose that lacks most photos is named, and none when none does", () => {
  const purposes = [{ label: "Library", kept: 2, enough: 3 }, { label: "Lockers", kept: 0, enough: 5 }];
  assert.equal(fewWords(purposes, 2, words), "Lockers: 5 photos, 3 more");
  assert.equal(fewWords(purposes, 5, words), null);
  assert.equal(fewWords([], 1, words), null);
  assert.deepEqual(purposes.map(({ label }) => label), ["Library", "Lockers"], "the list itself stays as it is");
});

test("a rejected photo is named by its own step, and the warnings follow", () => {
  const said = {
    accepted: 1,
    verdicts: [{ accepted: true }, { accepted: false, reason: "Too dark." }],
    warnings: [{ message: "Looks like Bo.", code: "looks_like_somebody_else" }],
  };
  assert.deepEqual(resultOf(said, [0, 3], ["Front", "Left", "Right", "Up"], words), {
    title: "1 photo kept",
    refused: [3],
    notes: [
      { tone: "error", text: "Up: Too dark." },
      { tone: "warning", text: "Looks like Bo.", code: "looks_like_somebody_else" },
    ],
  });
  assert.equal(resultOf({ accepted: 0, verdicts: [], warnings: [] }, [], [], words).title, "None kept");
});
