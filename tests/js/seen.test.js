import assert from "node:assert/strict";
import { test } from "node:test";

import { nameOf } from "../../static/recognition/seen-rows.js";

const words = { stranger: "Somebody else" };

test("a row tells a name, a stranger, or what was noticed of a picture", () => {
  assert.equal(nameOf({ kind: "greeting", name: "Ada" }, words), "Ada");
  assert.equal(nameOf({ kind: "stranger" }, words), "Somebody else");
  assert.equal(nameOf({ kind: "suspicion", note: "Perhaps a photo" }, words), "Perhaps a photo");
});
