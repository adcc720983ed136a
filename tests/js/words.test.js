import assert from "node:assert/strict";
import { test } from "node:test";

import { count, fill } from "../../static/shared/words.js";
import { hourAndMinute, minutesAndSeconds, secondsUntil } from "../../static/shared/times.js";
import { english } from "./stage.js";

const POLISH = {
  forms: ["%(number)s książek", "%(number)s książka", "%(number)s książki"],
  takes: Array.from({ length: 200 }, (_, n) => {
    const few = n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14);
    return n === 1 ? "1" : few ? "2" : "0";
  }).join(""),
};

test("a sentence is filled by name, and an unknown name is left empty", () => {
  assert.equal(fill("%(name)s, %(note)s%(other)s", { name: "Ada", note: "at 09:02" }), "Ada, at 09:02");
  assert.equal(fill("%(number)s", { number: 0 }), "0");
});

test("one and many take their own forms", () => {
  const books = english("%(number)s book of %(name)s", "%(number)s books of %(name)s");
  assert.deepEqual([0, 1, 2, 201].map((n) => count(books, n, { name: "Ada" })), [
    "0 books of Ada", "1 book of Ada", "2 books of Ada", "201 books of Ada",
  ]);
});

test("a language with three forms gets them for large numbers too", () => {
  assert.deepEqual([1, 2, 5, 12, 22, 112, 122, 1002, 1012].map((n) => count(POLISH, n).split(" ")[1]), [
    "książka", "książki", "książek", "książek", "książki", "książek", "książki", "książki", "książek",
  ]);
});

test("a time is shown as it stands, whatever zone this machine is in", () => {
  assert.equal(hourAndMinute("2026-11-30T23:59:30+13:00"), "23:59");
});

test("a countdown ends at none and never says 0:60", () => {
  assert.equal(secondsUntil(60_000, 1), 60);
  assert.equal(secondsUntil(60_000, 60_000), 0);
  assert.equal(secondsUntil(60_000, 99_000), 0);
  assert.deepEqual([59, 60, 65, 600].map(minutesAndSeconds), [
    { minutes: 0, seconds: "59" }, { minutes: 1, seconds: "00" }, { minutes: 1, seconds: "05" }, { minutes: 10, seconds: "00" },
  ]);
});
