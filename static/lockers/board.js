// The banks with their doors, what rings, and who waits for a yes: all as the server says it.

import { stands } from "./doors.js";
import { listen } from "./line.js";
import { follow } from "./rows.js";

const row = (name) => document.getElementById(`${name}-row`);
const list = (name) => document.getElementById(name);
const me = Number(list("overrides").dataset.me);

function banks(all) {
  for (const { id, doors } of all) {
    const place = document.querySelector(`[data-bank="${id}"]`);
    if (!place) { location.reload(); return; } // a bank that was set up meanwhile
    follow(place, row("door"), doors, stands);
  }
}

// The officer who asked, or has already approved, waits for another officer.
function mayApprove(item, { said, by_key: byKey }) {
  item.querySelector("[data-secret]").hidden = !byKey;
  item.querySelector("[name=secret]").required = byKey;
  item.querySelector("[data-approve]").hidden = said.includes(me);
  item.querySelector("[data-waits]").hidden = !said.includes(me);
}

listen((state) => {
  banks(state.banks);
  follow(list("releases"), row("releases"), state.releases);
  follow(list("silent"), row("silent"), state.silent);
  follow(list("alarms"), row("alarms"), state.alarms);
  follow(list("asking"), row("asking"), state.asking);
  follow(list("overrides"), row("overrides"), state.overrides, mayApprove);
});
