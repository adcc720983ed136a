import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { heldTimers, settled } from "./stage.js";

let sizes; // bytes of a picture, by quality
let canvas;
globalThis.document = { createElement: () => canvas };

beforeEach(() => {
  sizes = { 0.85: 100, 0.7: 70, 0.5: 50 };
  canvas = {
    getContext: () => ({ drawImage() {} }),
    toBlob: (done, _type, quality) => done({ size: sizes[quality], arrayBuffer: async () => quality }),
  };
});

const { drawWithin, Pump } = await import("../../static/recognition/pump.js");

function pumping(t, { open = true, video = {} } = {}) {
  heldTimers(t);
  const sent = [];
  const line = { open, silences: 0 };
  const pump = new Pump({ readyState: 4, videoWidth: 1280, videoHeight: 720, ...video }, {
    width: 640,
    maxBytes: 80,
    send: (data) => line.open && Boolean(sent.push(data)),
    onSilence: () => { line.silences += 1; },
  });
  pump.start();
  const pass = async (ms) => { t.tick(ms); await settled(); };
  return { pump, sent, line, pass };
}

test("the next picture is taken only after the answer to the last", async (t) => {
  const { pump, sent, pass } = pumping(t);
  await pass(0);
  assert.equal(sent.length, 1);
  await pass(5000);
  assert.equal(sent.length, 1);
  pump.answered("looking");
  await pass(79);
  assert.equal(sent.length, 1);
  await pass(1);
  assert.equal(sent.length, 2);
});

test("a picture is made smaller until it may be sent", async (t) => {
  const { sent, pass } = pumping(t);
  await pass(0);
  assert.deepEqual(sent, [0.7]);
});

test("a picture that is too large in every quality is not sent", async (t) => {
  sizes = { 0.85: 300, 0.7: 200, 0.5: 100 };
  const { sent, pass } = pumping(t);
  await pass(0);
  assert.deepEqual(sent, []);
  sizes[0.5] = 80;
  await pass(250);
  assert.deepEqual(sent, [0.5]);
});

test("an engine that is down is asked less often", async (t) => {
  const { pump, sent, pass } = pumping(t);
  await pass(0);
  pump.answered("engine_down");
  await pass(1499);
  assert.equal(sent.length, 1);
  await pass(1);
  assert.equal(sent.length, 2);
});

test("ten seconds without an answer open the line again", async (t) => {
  const { line, pass } = pumping(t);
  await pass(0);
  await pass(9999);
  assert.equal(line.silences, 0);
  await pass(1);
  assert.equal(line.silences, 1);
});

test("a closed line is tried again after a quarter of a second", async (t) => {
  const { sent, line, pass } = pumping(t, { open: false });
  await pass(0);
  line.open = true;
  await pass(250);
  assert.equal(sent.length, 1);
});

test("a pump that was stopped sends nothing more", async (t) => {
  const { pump, sent, line, pass } = pumping(t);
  await pass(0);
  pump.stop();
  pump.answered("looking");
  await pass(60_000);
  assert.equal(sent.length, 1);
  assert.equal(line.silences, 0);
});

test("a picture is drawn small, and never larger than it is", () => {
  drawWithin(canvas, { videoWidth: 1280, videoHeight: 720 }, 640);
  assert.deepEqual([canvas.width, canvas.height], [640, 360]);
  drawWithin(canvas, { videoWidth: 720, videoHeight: 1280 }, 640);
  assert.deepEqual([canvas.width, canvas.height], [360, 640]);
  drawWithin(canvas, { videoWidth: 320, videoHeight: 240 }, 640);
  assert.deepEqual([canvas.width, canvas.height], [320, 240]);
});
