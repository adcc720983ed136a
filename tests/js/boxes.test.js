import assert from "node:assert/strict";
import { test } from "node:test";

import { cleared, drawFaces, placed } from "../../static/recognition/boxes.js";

// A context that writes down what is drawn; a letter is ten px wide.
function canvas() {
  const drawn = [];
  return {
    drawn,
    setLineDash: (dash) => drawn.push(["dash", ...dash]),
    strokeRect(...box) { drawn.push(["box", this.strokeStyle, ...box]); },
    fillRect: (...box) => drawn.push(["ground", ...box]),
    fillText: (words, x) => drawn.push(["words", words, Math.round(x)]),
    measureText: (words) => ({ width: 10 * words.length }),
  };
}

const named = (drawn) => drawn.filter(([kind]) => kind === "words").map(([, words]) => words);
const boxes = (drawn) => drawn.filter(([kind, colour]) => kind === "box" && colour !== "#000a").map(([, , ...box]) => box);
const AREA = { width: 1000, height: 500 };

test("a picture is fitted whole, with bars beside it or above", () => {
  assert.deepEqual(placed([400, 400], AREA), { scale: 1.25, left: 250, top: 0, area: AREA });
  assert.deepEqual(placed([1000, 250], AREA), { scale: 1, left: 0, top: 125, area: AREA });
});

test("a picture that fills its area is cut off at its sides", () => {
  assert.deepEqual(placed([400, 400], AREA, { fills: true }), { scale: 2.5, left: 0, top: -250, area: AREA });
});

test("a box lies where the face is", () => {
  const context = canvas();
  drawFaces(context, [{ box: [100, 40, 80, 120], state: "looking" }], placed([400, 400], AREA));
  assert.deepEqual(boxes(context.drawn), [[375, 50, 100, 150]]);
  assert.deepEqual(named(context.drawn), []);
});

test("before a mirror left and right change places", () => {
  const context = canvas();
  drawFaces(context, [{ box: [0, 0, 100, 100], state: "looking" }], placed([1000, 500], AREA), { mirroredWidth: 1000 });
  assert.deepEqual(boxes(context.drawn), [[900, 0, 100, 100]]);
});

test("state is told by mark and line, not by colour alone", () => {
  const context = canvas();
  const faces = [
    { box: [0, 0, 100, 100], state: "recognised", label: "Ada" },
    { box: [200, 0, 100, 100], state: "unknown" },
    { box: [400, 0, 100, 100], state: "picture" },
  ];
  drawFaces(context, faces, placed([1000, 500], AREA), { unknownLabel: "Not known" });
  assert.deepEqual(named(context.drawn), ["✓ Ada", "? Not known", "? Not known"]);
  const dashes = context.drawn.filter(([kind]) => kind === "dash").map(([, ...dash]) => dash.length);
  assert.deepEqual(dashes, [0, 0, 2, 0, 2, 0]);
});

test("a state of a newer server is drawn as somebody who is looked at", () => {
  const context = canvas();
  drawFaces(context, [{ box: [0, 0, 100, 100], state: "brand_new" }], placed([1000, 500], AREA));
  assert.equal(boxes(context.drawn).length, 1);
});

test("a long name ends in dots and stays in the picture", () => {
  const context = canvas();
  const face = { box: [950, 380, 50, 100], state: "recognised", label: "Wilhelmina Featherstonehaugh" };
  drawFaces(context, [face], placed([1000, 500], AREA));
  const [words] = named(context.drawn);
  assert.match(words, /^✓ Wilhelmina.*…$/);
  const [, left, top, width, height] = context.drawn.find(([kind]) => kind === "ground");
  assert.ok(left >= 0 && left + width <= AREA.width, `${left} + ${width}`);
  assert.ok(top + height <= 380, "above the box, for below there is no room");
});

test("a canvas follows the pixels of the screen", () => {
  globalThis.window = { devicePixelRatio: 2 };
  const calls = [];
  const context = { setTransform: (...numbers) => calls.push(numbers), clearRect: (...numbers) => calls.push(numbers) };
  const place = { clientWidth: 300, clientHeight: 200, width: 0, height: 0, getContext: () => context };
  assert.equal(cleared(place), context);
  assert.deepEqual([place.width, place.height, ...calls], [600, 400, [2, 0, 0, 2, 0, 0], [0, 0, 300, 200]]);
});
