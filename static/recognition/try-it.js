// The greeting and the challenge: sends pictures and shows what the server says. It decides nothing.

import { fill, read } from "../shared/words.js";
import { Camera, CameraTrouble } from "./camera.js";
import { Pump } from "./pump.js";

const config = read("config");
const words = read("words");
const at = (id) => document.getElementById(id);
const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
const WIDTH = 640; // px: the longer side of what is sent
const MOST_BYTES = 400000;
const MOST_WAITING = 4;
const WHEN_DOWN = 2000; // ms until the next picture when the server does not answer

const camera = new Camera(at("preview"), trouble);
let stage = "greeting"; // greeting, greeted, challenge, over
let waiting = 0; // pictures that are on their way: several, for five a second must arrive on a busy machine too
let shown = 0; // the number of the newest answer
let quietUntil = 0;
let round = 0; // an answer to a picture of an earlier stage is not shown

const pump = new Pump(at("preview"), { width: WIDTH, maxBytes: MOST_BYTES, send, onSilence: () => pump.answered() });

// --- What is shown -------------------------------------------------------------------------------
function say({ title, note, tone }) {
  at("try").dataset.tone = tone;
  if (at("said").textContent !== title) at("said").textContent = title;
  if (at("note").textContent !== note) at("note").textContent = note;
}

function list(id, lines) {
  at(id).replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

function step(name) {
  let past = true;
  for (const item of document.querySelectorAll(".try-steps li")) {
    const now = item.dataset.step === name;
    if (now) past = false;
    item.classList.toggle("current", now);
    item.classList.toggle("done", past);
    item.toggleAttribute("aria-current", now);
  }
}

function enter(name) {
  stage = name;
  round += 1;
}

// --- Pictures ------------------------------------------------------------------------------------
function send(bytes) {
  if (document.hidden || !["greeting", "challenge"].includes(stage)) return false;
  if (waiting >= MOST_WAITING || Date.now() < quietUntil) return false;
  ask(stage === "greeting" ? config.look : config.answer, bytes, round, Date.now());
  setTimeout(() => pump.answered());
  return true;
}

async function post(url, body) {
  const headers = { "X-CSRFToken": token, "Content-Type": "image/jpeg", Accept: "application/json" };
  const answer = await fetch(url, { method: "POST", body, headers });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.message), { refusal: said });
  return said;
}

async function ask(url, bytes, mine, number) {
  waiting += 1;
  try {
    const said = await post(`${url}?n=${number}`, bytes);
    if (mine !== round || number < shown) return;
    shown = number;
    (stage === "greeting" ? heardStation : heardChallenge)(said);
  } catch (error) {
    if (mine === round) say({ title: error.refusal?.message ?? words.offline, note: "", tone: "error" });
    if (error.refusal?.code === "visit_over") return stop();
    quietUntil = Date.now() + WHEN_DOWN;
  } finally {
    waiting -= 1;
  }
}

function heardStation(said) {
  say(said);
  if (!said.greeted) return;
  enter("greeted");
  list("greeting-lines", said.lines);
  at("greeting").hidden = false;
  at("begin").focus();
}

function heardChallenge(said) {
  say(said);
  at("bar").max = said.steps;
  at("bar").value = said.done;
  at("step").textContent = said.over ? "" : fill(words.step, { number: said.step, count: said.steps });
  if (!said.over) return;
  enter("over");
  list("ending-lines", said.lines);
  at("ending-title").textContent = said.title;
  at("ending").hidden = false;
  at("progress").hidden = true;
  step("delete");
  at("ending-title").focus();
}

// --- From one to the next ------------------------------------------------------------------------
async function begin() {
  at("begin").disabled = at("again").disabled = true;
  try {
    const said = await post(config.challenge, "");
    at("ending").hidden = true;
    at("greeting").hidden = true;
    at("progress").hidden = false;
    at("try").dataset.stage = "challenge";
    enter("challenge");
    step("challenge");
    heardChallenge(said);
    at("said").scrollIntoView({ block: "nearest" });
  } catch (error) {
    say({ title: error.refusal?.message ?? words.offline, note: "", tone: "error" });
  } finally {
    at("begin").disabled = at("again").disabled = false;
  }
}

function stop() {
  enter("over");
  pump.stop();
  camera.close();
}

function trouble(state) {
  at("start").hidden = false;
  pump.stop();
  const found = words.camera[state] ?? words.camera.camera_failed;
  say({ title: found.title, note: found.note, tone: "error" });
}

async function open() {
  at("start").hidden = true;
  say({ title: words.starting, note: words.camera.camera_starting.note, tone: "" });
  try {
    await camera.open();
  } catch (error) {
    return trouble(error instanceof CameraTrouble ? error.state : "camera_failed");
  }
  pump.start();
}

at("begin").addEventListener("click", begin);
at("again").addEventListener("click", begin);
at("start").addEventListener("click", open);
window.addEventListener("pagehide", stop);
step("greeting");
open();
