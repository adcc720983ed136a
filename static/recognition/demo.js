// The demo station on the welcome page: each picture with what was seen in that very picture.

import { Line } from "../shared/line.js";
import { read } from "../shared/words.js";
import { drawFaces, placed } from "./boxes.js";
import { showSeen } from "./seen-rows.js";

const KEPT = 5;
const SILENT_AFTER = 6000; // ms

const byId = (id) => document.getElementById(id);
const words = read("words");
const canvas = byId("demo-canvas");
const address = byId("demo").dataset.frame;
const line = new Line("/ws/demo/");
let latest = [];
let fetching = false;
let lastPicture = 0;
let told = []; // the last few news, because the picture that is fetched may be one later than the news

async function show(news) {
  told = [...told, news].slice(-8);
  if (fetching || document.hidden) return;
  fetching = true;
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.status !== 200) throw new Error("no picture");
    const seq = Number(answer.headers.get("X-Frame-Seq"));
    const picture = await createImageBitmap(await answer.blob());
    draw(picture, told.find((one) => one.seq === seq) ?? news);
  } catch {
    // the next picture comes in a moment
  }
  fetching = false;
}

function draw(picture, news) {
  canvas.width = picture.width;
  canvas.height = picture.height;
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  drawFaces(context, news.faces, placed(news.size, picture), { unknownLabel: words.not_recognised });
  lastPicture = Date.now();
  waiting(false);
}

function waiting(yes) {
  byId("demo-waiting").hidden = !yes;
  canvas.hidden = yes;
  status(yes ? "waiting" : "live", yes ? "" : "success");
}

function status(name, tone) {
  byId("demo-state").textContent = words[name];
  byId("demo-state").className = `badge ${tone}`;
}

function list() {
  showSeen(byId("demo-seen"), latest, words);
}

function heard(message) {
  if (message.kind === "picture") return show(message);
  if (message.kind === "hello") {
    if (!message.stations.length) return status("missing", "warning");
    latest = message.stations[0].latest;
  }
  if (message.kind === "greeting" || message.kind === "stranger") latest = [message, ...latest].slice(0, KEPT);
  list();
}

setInterval(() => { if (Date.now() - lastPicture > SILENT_AFTER) waiting(true); }, 1000);
line.addEventListener("message", (event) => heard(event.detail));
line.addEventListener("lost", () => status("lost", "warning"));
line.addEventListener("bye", () => status("missing", "warning"));
waiting(true);
line.open();
