import assert from "node:assert/strict";
import { test } from "node:test";

import { Turns } from "../../static/shared/turns.js";
import { settled } from "./stage.js";

// A server that answers when the test says so.
function server() {
  const asked = [];
  const open = {};
  const ask = (name) => () => {
    asked.push(name);
    return new Promise((resolve, reject) => { open[name] = { resolve, reject }; });
  };
  const answers = async (name) => { open[name].resolve(name); await settled(); };
  const breaks = async (name) => { open[name].reject(new Error(name)); await settled(); };
  return { asked, ask, answers, breaks };
}

test("a second press waits for the first, and is not lost", async () => {
  const [turns, { asked, ask, answers }] = [new Turns(), server()];
  turns.take("remove 1", ask("one"));
  turns.take("remove 2", ask("two"));
  await settled();
  assert.deepEqual(asked, ["one"]);
  await answers("one");
  assert.deepEqual(asked, ["one", "two"]);
});

test("the same press twice is asked once, until it is answered", async () => {
  const [turns, { asked, ask, answers }] = [new Turns(), server()];
  const [first, again] = [turns.take("finish", ask("one")), turns.take("finish", ask("two"))];
  await settled();
  await answers("one");
  assert.deepEqual([await first, await again, asked], ["one", "one", ["one"]]);
  turns.take("finish", ask("three"));
  await settled();
  assert.deepEqual(asked, ["one", "three"]);
});

test("one that fails holds up nobody", async () => {
  const [turns, { asked, ask, breaks }] = [new Turns(), server()];
  const failed = assert.rejects(turns.take("scan 1", ask("one")));
  turns.take("scan 2", ask("two"));
  await settled();
  await breaks("one");
  await failed;
  assert.deepEqual(asked, ["one", "two"]);
});

test("what still waits when all is over is not asked any more; what comes after it is", async () => {
  const [turns, { asked, ask, answers }] = [new Turns(), server()];
  turns.take("finish", ask("one"));
  const late = turns.take("remove 1", ask("two"));
  await settled();
  turns.over();
  turns.take("remove 1", ask("three"));
  await answers("one");
  assert.equal(await late, undefined);
  assert.deepEqual(asked, ["one", "three"]);
});
