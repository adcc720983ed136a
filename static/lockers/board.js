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

// Whoever has asked, or has said yes, waits for somebody else.
function mayApprove(item, { said }) {
  item.querySelector("[data-approve]").hidden = said.includes(me);
  item.querySelector("[data-waits]").hidden = !said.includes(me);
}

listen((state) => {
  banks(state.banks);
  follow(list("alarms"), row("alarms"), state.alarms);
  follow(list("asking"), row("asking"), state.asking);
  follow(list("overrides"), row("overrides"), state.overrides, mayApprove);
});
