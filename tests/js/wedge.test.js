import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Wedge } from "../../static/recognition/wedge.js";
import { network } from "./stage.js";

beforeEach(() => network());

// A page whose keys are pressed `every` ms; Enter comes `last` ms after the letter before.
function page(field = {}) {
  const target = Object.assign(new EventTarget(), field);
  const scans = [];
  new Wedge(target).addEventListener("scan", ({ detail }) => scans.push(detail));
  let at = 1000;
  const press = (key, after, held = {}) => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { key, ...held });
    Object.defineProperty(event, "timeStamp", { value: (at += after) });
    target.dispatchEvent(event);
    if (key.length === 1 && "value" in target) target.value += key;
    return event;
  };
  const type = (text, every, last = every) => { for (const key of text) press(key, every); return press("Enter", last); };
  return { target, scans, press, type };
}

test("fast keys that end with Enter are a scan", () => {
  const { scans, type } = page();
  const enter = type("LIB-0042", 15);
  assert.deepEqual(scans, ["LIB-0042"]);
  assert.equal(enter.defaultPrevented, true);
});

test("a hand that types is no scanner", () => {
  const { scans, type } = page();
  const enter = type("LIB-0042", 120);
  assert.deepEqual(scans, []);
  assert.equal(enter.defaultPrevented, false);
});

test("Enter long after the letters is somebody's own", () => {
  const { scans, type } = page();
  type("LIB-0042", 15, 400);
  assert.deepEqual(scans, []);
});

test("three letters are too few for a card", () => {
  const { scans, type } = page();
  type("123", 10);
  assert.deepEqual(scans, []);
  type("1234", 10);
  assert.deepEqual(scans, ["1234"]);
});

test("what was typed by hand before a scan does not belong to it", () => {
  const { scans, press, type } = page();
  press("x", 500);
  press("y", 500);
  press("4", 500);
  type("711-0815", 10);
  assert.deepEqual(scans, ["4711-0815"]);
});

test("the field gets back what it held before the scanner typed into it", () => {
  const { target, scans, type } = page({ value: "half a name" });
  type("4711-0815", 10);
  assert.deepEqual(scans, ["4711-0815"]);
  assert.equal(target.value, "half a name");
});

test("shift of a scanner is not part of the text, and shortcuts are nobody's card", () => {
  const { scans, press } = page();
  for (const key of ["Shift", "A", "B", "Shift", "1", "2"]) press(key, 10);
  press("v", 10, { ctrlKey: true });
  press("Enter", 10);
  assert.deepEqual(scans, ["AB12"]);
});

test("two scans in a row are two cards", () => {
  const { scans, type } = page();
  type("4711", 10);
  type("0815", 10);
  assert.deepEqual(scans, ["4711", "0815"]);
});
