import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Line } from "../../static/shared/line.js";
import { stateLine } from "../../static/shared/state-line.js";
import { FakeSocket, heldTimers, network } from "./stage.js";

beforeEach(() => network());

function opened(t) {
  heldTimers(t);
  t.mock.method(Math, "random", () => 0.5); // the wait is then exactly 1, 2, 4, 6 … s
  const line = new Line("/ws/station/");
  const heard = [];
  for (const name of ["message", "lost", "bye"]) line.addEventListener(name, ({ detail }) => heard.push([name, detail]));
  line.open();
  return { line, heard, waits: () => heard.filter(([name]) => name === "lost").map(([, seconds]) => seconds) };
}

test("the address follows the page's own scheme", () => {
  new Line("/ws/a/").open();
  assert.equal(FakeSocket.latest.address, "wss://ostiary.example.org/ws/a/");
  network({ protocol: "http:" });
  new Line("/ws/a/").open();
  assert.equal(FakeSocket.latest.address, "ws://ostiary.example.org/ws/a/");
});

test("a lost line counts down and comes back by itself", (t) => {
  const { waits } = opened(t);
  FakeSocket.latest.close();
  assert.deepEqual(waits(), [1]);
  t.tick(1000);
  assert.deepEqual(waits(), [1, 0]);
  assert.equal(FakeSocket.made.length, 2);
});

test("each attempt in vain waits longer, up to six seconds", (t) => {
  const { heard } = opened(t);
  const firsts = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    heard.length = 0;
    FakeSocket.latest.close();
    firsts.push(heard[0][1]);
    for (let second = 0; second < firsts.at(-1); second++) t.tick(1000);
  }
  assert.deepEqual(firsts, [1, 2, 4, 6, 6]);
});

test("the first wait is short again after a hello", (t) => {
  const { heard } = opened(t);
  FakeSocket.latest.close();
  t.tick(1000);
  FakeSocket.latest.says({ kind: "hello" });
  heard.length = 0;
  FakeSocket.latest.close();
  assert.deepEqual(heard, [["lost", 1]]);
});

test("a final goodbye is not answered by another attempt", (t) => {
  const { heard, waits } = opened(t);
  FakeSocket.latest.says({ kind: "bye", code: "revoked", message: "No." });
  FakeSocket.latest.close();
  assert.deepEqual(heard[0], ["bye", { kind: "bye", code: "revoked", message: "No.", final: true }]);
  t.tick(60_000);
  assert.deepEqual(waits(), []);
  assert.equal(FakeSocket.made.length, 1);
});

test("after a passing goodbye the line comes back", (t) => {
  const { heard, waits } = opened(t);
  FakeSocket.latest.says({ kind: "bye", code: "station_off", message: "Off." });
  FakeSocket.latest.close();
  assert.equal(heard[0][1].final, false);
  assert.deepEqual(waits(), [1]);
});

test("what an abandoned socket still says is not heard", (t) => {
  const { line, heard } = opened(t);
  const first = FakeSocket.latest;
  line.restart();
  heard.length = 0;
  first.says({ kind: "hello" });
  assert.deepEqual(heard, []);
});

test("nothing is sent while the socket is not open", (t) => {
  const { line } = opened(t);
  assert.equal(line.send("picture"), true);
  FakeSocket.latest.readyState = 0;
  assert.equal(line.send("picture"), false);
  assert.deepEqual(FakeSocket.latest.sent, ["picture"]);
});

function board() {
  const listen = stateLine("/ws/lockers/");
  const heard = [];
  const ear = {
    state: (hello) => heard.push(["state", hello]),
    news: (message) => heard.push(["news", message]),
    line: (...how) => heard.push(["line", ...how]),
  };
  return { listen, heard, ear };
}

test("a board hears the state, the news, and whether the line stands", (t) => {
  heldTimers(t);
  t.mock.method(Math, "random", () => 0.5);
  const { listen, heard, ear } = board();
  listen(ear);
  FakeSocket.latest.says({ kind: "hello", doors: [] });
  FakeSocket.latest.says({ kind: "door", id: 3 });
  FakeSocket.latest.close();
  assert.deepEqual(heard, [
    ["line", true, {}],
    ["state", { kind: "hello", doors: [] }],
    ["news", { kind: "door", id: 3 }],
    ["line", false, { seconds: 1 }],
  ]);
});

test("a board that listens late hears the latest state", () => {
  const { listen, heard, ear } = board();
  FakeSocket.latest.says({ kind: "hello", doors: [1] });
  FakeSocket.latest.says({ kind: "hello", doors: [2] });
  listen(ear);
  assert.deepEqual(heard, [["line", true, {}], ["state", { kind: "hello", doors: [2] }]]);
});

test("a listener with one wish is told nothing else", () => {
  const { listen } = board();
  const states = [];
  listen({ state: (hello) => states.push(hello.doors) });
  FakeSocket.latest.says({ kind: "hello", doors: [1] });
  FakeSocket.latest.says({ kind: "door", id: 3 });
  assert.deepEqual(states, [[1]]);
});

test("only a final goodbye is said on a board", (t) => {
  heldTimers(t);
  const { listen, heard, ear } = board();
  listen(ear);
  FakeSocket.latest.says({ kind: "bye", code: "internal", message: "Something went wrong." });
  assert.deepEqual(heard, []);
  FakeSocket.latest.says({ kind: "bye", code: "not_permitted", message: "Not yours." });
  assert.deepEqual(heard, [["line", false, { said: "Not yours." }]]);
});
