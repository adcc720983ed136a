// My locker, live: the door, its last openings, and how long a key is still valid.

import { showLine, stateLine } from "../shared/state-line.js";
import { minutesAndSeconds, secondsUntil } from "../shared/times.js";
import { fill as words } from "../shared/words.js";
import { fill, follow } from "./rows.js";

class Door {
  #until = 0;

  constructor(place) {
    this.place = place;
    this.key = place.querySelector("[data-key]");
    this.#valid(Number(this.key.dataset.seconds));
    setInterval(() => this.#count(), 250);
  }

  shows(door) {
    fill(this.place.querySelector(".door-state"), door);
    this.place.dataset.state = door.state;
    this.place.querySelector(".door-state use").setAttribute("href", `#door-${door.state}`);
    follow(this.place.querySelector("[data-opened]"), document.getElementById("opening-row"), door.opened);
    this.place.querySelector("[data-none]").hidden = door.opened.length > 0;
    this.place.querySelector("[data-blocked]").hidden = !door.blocked;
    this.place.querySelector("[data-block]").hidden = door.blocked;
    this.#valid(door.key_seconds);
  }

  #valid(seconds) {
    this.#until = performance.now() + 1000 * seconds;
    this.#count();
  }

  #count() {
    const left = secondsUntil(this.#until, performance.now());
    this.key.hidden = left === 0;
    if (left) this.key.textContent = words(this.key.dataset.words, minutesAndSeconds(left));
  }
}

const places = new Map([...document.querySelectorAll("[data-my-door]")].map((place) => [place.dataset.myDoor, new Door(place)]));

const listen = stateLine("/ws/lockers/mine/");
listen({
  line: showLine,
  state: ({ doors }) => {
    const known = doors.every(({ id }) => places.has(String(id))) && doors.length === places.size;
    if (!known) location.reload(); // a locker was given or released meanwhile
    else for (const door of doors) places.get(String(door.id)).shows(door);
  },
});
