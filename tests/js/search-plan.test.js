import assert from "node:assert/strict";
import { test } from "node:test";

import { walk } from "../../static/home/search-plan.js";

test("the arrows lead from the field into the list and stay in it", () => {
  assert.equal(walk("ArrowDown", 0, 3), 1);
  assert.equal(walk("ArrowDown", 2, 3), 2);
  assert.equal(walk("ArrowUp", 1, 3), 0);
  assert.equal(walk("ArrowUp", 0, 3), 0);
});

test("from anywhere else the arrow down leads to the field", () => assert.equal(walk("ArrowDown", -1, 3), 0));

test("other keys are not its business", () => assert.equal(walk("Enter", 1, 3), null));
