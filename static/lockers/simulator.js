// The simulated doors, live. A button acts without reloading the page: the door itself answers.

import { stands } from "./doors.js";
import { listen } from "./line.js";
import { fill } from "./rows.js";

listen(({ banks }) => {
  const doors = new Map(banks.flatMap((bank) => bank.doors).map((door) => [String(door.id), door]));
  for (const item of document.querySelectorAll(".door")) {
    const door = doors.get(item.dataset.id);
    if (!door) continue;
    fill(item, door);
    stands(item, door);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  const action = event.submitter.getAttribute("formaction");
  fetch(action, { method: "POST", body: new FormData(form) }).then((answer) => { if (!answer.ok) location.reload(); });
});
