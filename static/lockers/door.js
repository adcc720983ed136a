// One locker's page: its door, live.

import { stands } from "./doors.js";
import { listen } from "./line.js";
import { fill } from "./rows.js";

const place = document.querySelector("[data-door]");
const item = place.firstElementChild;

listen(({ banks }) => {
  const door = banks.flatMap((bank) => bank.doors).find(({ id }) => String(id) === place.dataset.door);
  if (!door) return;
  fill(item, door);
  stands(item, door);
});
