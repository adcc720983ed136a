// The map of each bank, live: every door's colour, pattern and word, as the server says them.

import { stands } from "./doors.js";
import { listen } from "./line.js";
import { fill } from "./rows.js";

listen(({ banks }) => {
  const doors = new Map(banks.flatMap((bank) => bank.doors).map((door) => [String(door.id), door]));
  for (const item of document.querySelectorAll("[data-wall-door]")) {
    const door = doors.get(item.dataset.wallDoor);
    if (!door) continue;
    fill(item, door);
    item.dataset.look = door.look;
  }
  for (const item of document.querySelectorAll(".doors > .door")) {
    const door = doors.get(item.dataset.id);
    if (!door) continue;
    fill(item, door);
    stands(item, door);
  }
});
