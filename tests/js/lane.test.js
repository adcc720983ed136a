import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { welcomeWords } from "../../static/recognition/lane.js";
import { Pad } from "../../static/recognition/pad.js";

const words = { welcome: "Welcome, %(name)s", noted: "%(name)s, %(note)s" };

test("the station's greeting says more than the answer to the request", () => {
  const greeted = { name: "Ada", note: "present at 09:02", at: 1000 };
  assert.equal(welcomeWords("Ada", greeted, 3999, words), "Ada, present at 09:02");
  assert.equal(welcomeWords("Ada", { ...greeted, note: "" }, 1000, words), "Welcome, Ada");
});

test("neither an old greeting nor somebody else's is said again", () => {
  const greeted = { name: "Ada", note: "present at 09:02", at: 1000 };
  assert.equal(welcomeWords("Ada", greeted, 4000, words), "Welcome, Ada");
  assert.equal(welcomeWords("Grace", greeted, 1000, words), "Welcome, Grace");
  assert.equal(welcomeWords("Ada", null, 1000, words), "Welcome, Ada");
});

let number, pin, keys, inputs;

const field = (maxLength) => Object.assign(new EventTarget(), {
  value: "", maxLength, focus() { this.dispatchEvent(new Event("focus")); },
});

function press(dataset) {
  const event = new Event("click");
  Object.defineProperty(event, "target", { value: { closest: () => ({ dataset }) } });
  keys.dispatchEvent(event);
}

beforeEach(() => {
  [number, pin] = [field(20), field(4)];
  keys = Object.assign(new EventTarget(), { dataset: {} });
  inputs = 0;
  number.addEventListener("input", () => { inputs += 1; });
  new Pad(keys, { fields: [number, pin] }).reset();
});

test("keys type into the field that was used last", () => {
  press({ key: "4" });
  pin.focus();
  press({ key: "7" });
  assert.deepEqual([number.value, pin.value, inputs], ["4", "7", 1]);
});

test("a full field takes no more, and one key takes the last sign away", () => {
  pin.focus();
  for (const key of "12345") press({ key });
  assert.equal(pin.value, "1234");
  press({ back: "" });
  assert.equal(pin.value, "123");
});

test("one key changes between digits and letters", () => {
  assert.equal(keys.dataset.layout, "digits");
  press({ layoutKey: "" });
  assert.equal(keys.dataset.layout, "letters");
  press({ layoutKey: "" });
  assert.equal(keys.dataset.layout, "digits");
});
