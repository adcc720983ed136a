// All stations at a glance: first the full state, then the news; pictures only while they are in view.

import { Line } from "../shared/line.js";
import { dayAndMinute } from "../shared/times.js";
import { fill, read } from "../shared/words.js";
import { showSeen } from "./seen-rows.js";

const PICTURE_EVERY = 700; // ms
const SILENT_AFTER = 15000; // ms without news, then a station counts as offline
const KEPT = 6;
const ON_TILE = 3; // the others are shown when it is enlarged
const TONES = {
  recognised: "success", looking: "info", unknown: "warning", picture: "warning", nobody_enrolled: "warning",
  engine_down: "error", photos_outdated: "error",
};

const byId = (id) => document.getElementById(id);
const words = read("words");
const cards = new Map(); // slug → Card
const line = new Line("/ws/stations/");

class Card {
  constructor(station) {
    this.station = station;
    this.slug = station.slug;
    this.node = byId("station-card").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.node.querySelector(`[data-${name}]`);
    if (this.part("pair")) this.part("pair").action = `/stations/${station.slug}/pair/`;
    this.part("enlarge").setAttribute("aria-label", fill(words.enlarge, { name: station.name }));
    this.part("enlarge").addEventListener("click", () => large.show(this));
    this.mayLook = station.picture;
    this.inView = false;
    this.url = "";
    this.nothing = station.picture ? words.no_picture : words.no_right;
    this.seen = [...station.latest];
    this.report(station.now);
    watcher.observe(this.node);
    this.node.card = this;
  }

  report(now) {
    const was = this.now;
    this.now = now;
    this.online = now.online;
    this.heard = Date.now();
    if (!now.online && was?.online) this.station.uptime.seen_at = now.at ?? was.at;
    if (!now.online) this.noPicture();
    this.draw();
    if (!was || was.online !== now.online || was.advice !== now.advice) filters.apply();
  }

  add(event) {
    this.seen = [event, ...this.seen].slice(0, KEPT);
    this.draw();
  }

  draw() {
    this.into(this.node, this.seen.slice(0, ON_TILE));
    if (large.card === this) this.into(large.dialog, this.seen);
  }

  // The same parts in the tile and enlarged.
  into(node, seen) {
    const part = (name) => node.querySelector(`[data-${name}]`) ?? {};
    const { station, now } = this;
    (part("name").nodeType ? part("name") : byId("large-name")).textContent = station.name;
    part("place").textContent = [station.place, station.purpose].filter(Boolean).join(" · ");
    part("liveness").textContent = station.liveness;
    part("state").textContent = (now.online ? words.states[now.state] : words.states.offline) ?? now.state;
    part("state").className = `badge ${now.online ? (TONES[now.state] ?? "") : ""}`;
    part("fps").textContent = now.online && now.fps ? `· ${fill(words.fps, { fps: now.fps.toFixed(1) })}` : "";
    part("advice").textContent = now.online ? (words.advice[now.advice] ?? "") : "";
    part("uptime").textContent = uptimeOf(station.uptime);
    part("seen-at").textContent = now.online ? words.seen_now : lastSeen(station.uptime.seen_at);
    showSeen(part("seen"), seen, words);
    this.pictureInto(node);
  }

  pictureInto(node) {
    const image = node.querySelector("img");
    image.alt = node === large.dialog || this.url ? fill(words.picture_of, { name: this.station.name }) : "";
    image.hidden = !this.url;
    if (this.url) image.src = this.url;
    const none = node.querySelector("[data-no-picture]");
    none.hidden = Boolean(this.url);
    none.textContent = this.nothing;
  }

  async look() {
    if (this.online && Date.now() - this.heard > SILENT_AFTER) this.report({ online: false, state: "offline", fps: 0 });
    const watched = this.inView || large.card === this;
    if (!this.mayLook || !this.online || !watched || this.looking) return;
    this.looking = true;
    try {
      const answer = await fetch(`/stations/${this.slug}/frame.jpg`, { cache: "no-store" });
      if (answer.status === 200) await this.picture(await answer.blob());
      else this.noPicture();
    } catch {
      this.noPicture();
    }
    this.looking = false;
  }

  async picture(blob) {
    const before = this.url;
    this.url = URL.createObjectURL(blob);
    this.pictureInto(this.node);
    if (large.card === this) this.pictureInto(large.dialog);
    await this.node.querySelector("img").decode().catch(() => {});
    if (before) URL.revokeObjectURL(before);
  }

  noPicture() {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = "";
    this.pictureInto(this.node);
    if (large.card === this) this.pictureInto(large.dialog);
  }
}

function uptimeOf({ day, week }) {
  if (day === null && week === null) return "";
  const percent = (value) => (value === null ? "–" : `${value} %`);
  return fill(words.uptime, { day: percent(day), week: percent(week) });
}

const lastSeen = (at) => (at ? fill(words.seen_at, { at: dayAndMinute(at) }) : words.never);

// One station large: Escape closes, the arrow keys go to the next one. Its name is in the address, to be sent to a colleague.
const large = {
  dialog: byId("large"),
  card: null,
  show(card) {
    this.card = card;
    card.draw();
    address({ station: card.slug });
    if (!this.dialog.open) this.dialog.showModal();
    byId("large-name").focus();
  },
  step(by) {
    const shown = [...cards.values()].filter((card) => !card.node.hidden);
    const place = shown.indexOf(this.card);
    if (shown.length) this.show(shown[(place + by + shown.length) % shown.length]);
  },
};
large.dialog.addEventListener("close", () => {
  const card = large.card;
  large.card = null;
  address({ station: "" });
  card?.part("enlarge").focus();
});
large.dialog.addEventListener("keydown", (event) => {
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (["ArrowLeft", "ArrowRight"].includes(event.key)) large.step(event.key === forward ? 1 : -1);
});
for (const button of large.dialog.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => large.step(Number(button.dataset.step)));
}

// What is shown is kept in the address.
const filters = {
  form: byId("filters"),
  names: ["purpose", "state", "place"],
  read() {
    const wanted = new URLSearchParams(location.search);
    for (const name of this.names) {
      const field = this.form.elements[name];
      field.value = wanted.get(name) ?? "";
      if (field.selectedIndex < 0) field.value = "";
    }
  },
  fits({ station, now }) {
    const { purpose, state, place } = Object.fromEntries(new FormData(this.form));
    const states = { online: now.online, offline: !now.online, advice: now.online && Boolean(now.advice) };
    return (!purpose || station.purpose_code === purpose) && (!place || station.place === place) && (!state || states[state]);
  },
  apply() {
    const all = [...cards.values()];
    for (const card of all) card.node.hidden = !this.fits(card);
    const shown = all.filter((card) => !card.node.hidden).length;
    this.form.hidden = all.length < 2;
    byId("shown").textContent = shown === all.length ? "" : fill(words.shown, { shown, all: all.length });
    byId("all").hidden = shown === all.length;
    byId("no-match").hidden = shown > 0 || all.length === 0;
  },
};
filters.form.addEventListener("submit", (event) => event.preventDefault());
for (const kind of ["change", "reset"]) {
  filters.form.addEventListener(kind, () => setTimeout(() => {
    address(Object.fromEntries(new FormData(filters.form)));
    filters.apply();
  }));
}

function address(changes) {
  const wanted = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) wanted.searchParams.set(name, value);
    else wanted.searchParams.delete(name);
  }
  history.replaceState(history.state, "", wanted);
}

const watcher = new IntersectionObserver((entries) => entries.forEach((entry) => { entry.target.card.inView = entry.isIntersecting; }));

function heard(message) {
  if (message.kind === "hello") return begin(message.stations);
  const card = cards.get(message.station);
  if (!card) return line.restart(); // a station that is new: ask for the full state
  if (message.kind === "station") card.report(message);
  if (["greeting", "stranger", "suspicion"].includes(message.kind)) card.add(message);
}

function begin(stations) {
  status("live", "success");
  watcher.disconnect();
  for (const card of cards.values()) URL.revokeObjectURL(card.url ?? "");
  cards.clear();
  for (const station of stations) cards.set(station.slug, new Card(station));
  byId("stations").replaceChildren(...[...cards.values()].map((card) => card.node));
  byId("none").hidden = stations.length > 0;
  filters.apply();
  reopen();
}

// After a reconnect, or with a station in the address.
function reopen() {
  const card = cards.get(new URLSearchParams(location.search).get("station") ?? "");
  if (card) large.show(card);
  else if (large.dialog.open) large.dialog.close();
}

function status(name, tone) {
  byId("line").textContent = words[name];
  byId("line").className = `badge ${tone}`;
}

filters.read();
setInterval(() => { if (!document.hidden) cards.forEach((card) => card.look()); }, PICTURE_EVERY);
line.addEventListener("message", (event) => heard(event.detail));
line.addEventListener("lost", () => status("lost", "warning"));
line.addEventListener("bye", () => status("ended", "error"));
line.open();
