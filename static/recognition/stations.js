// All stations at a glance: first the full state, then the news; pictures only while they are in view.

import { Line } from "../shared/line.js";
import { fill, read } from "../shared/words.js";
import { showSeen } from "./seen-rows.js";

const PICTURE_EVERY = 700; // ms
const SILENT_AFTER = 15000; // ms without news, then a station counts as offline
const KEPT = 6;
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
    this.slug = station.slug;
    this.node = byId("station-card").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.node.querySelector(`[data-${name}]`);
    this.part("name").textContent = station.name;
    this.part("place").textContent = [station.place, station.purpose].filter(Boolean).join(" · ");
    this.part("liveness").textContent = station.liveness;
    if (this.part("pair")) this.part("pair").action = `/stations/${station.slug}/pair/`;
    this.mayLook = station.picture;
    this.inView = false;
    this.image = this.node.querySelector("img");
    this.image.alt = fill(words.picture_of, { name: station.name });
    this.seen = [...station.latest];
    this.report(station.now);
    this.list();
    watcher.observe(this.node);
    this.node.card = this;
  }

  report(now) {
    this.online = now.online;
    this.heard = Date.now();
    const badge = this.part("state");
    badge.textContent = words.states[now.state] ?? now.state;
    if (!now.online) badge.textContent = words.states.offline;
    badge.className = `badge ${now.online ? (TONES[now.state] ?? "") : ""}`;
    this.part("fps").textContent = now.online && now.fps ? `· ${fill(words.fps, { fps: now.fps.toFixed(1) })}` : "";
    if (!now.online) this.noPicture();
  }

  add(event) {
    this.seen = [event, ...this.seen].slice(0, KEPT);
    this.list();
  }

  list() {
    showSeen(this.part("seen"), this.seen, words);
  }

  async look() {
    if (this.online && Date.now() - this.heard > SILENT_AFTER) this.report({ online: false, state: "offline", fps: 0 });
    if (!this.mayLook) return this.noPicture(words.no_right);
    if (!this.online || !this.inView || this.looking) return;
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
    const before = this.image.src;
    this.image.src = URL.createObjectURL(blob);
    await this.image.decode().catch(() => {});
    this.image.hidden = false;
    this.part("no-picture").hidden = true;
    if (before) URL.revokeObjectURL(before);
  }

  noPicture(text = words.no_picture) {
    this.image.hidden = true;
    this.part("no-picture").hidden = false;
    this.part("no-picture").textContent = text;
  }
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
  cards.clear();
  for (const station of stations) cards.set(station.slug, new Card(station));
  byId("stations").replaceChildren(...[...cards.values()].map((card) => card.node));
  byId("none").hidden = stations.length > 0;
}

function status(name, tone) {
  byId("line").textContent = words[name];
  byId("line").className = `badge ${tone}`;
}

setInterval(() => { if (!document.hidden) cards.forEach((card) => card.look()); }, PICTURE_EVERY);
line.addEventListener("message", (event) => heard(event.detail));
line.addEventListener("lost", () => status("lost", "warning"));
line.addEventListener("bye", () => status("ended", "error"));
line.open();
