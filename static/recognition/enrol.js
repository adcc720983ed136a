// The guided capture: shows the preview, asks the server about a frame at most three times a second, takes the
// photo when the server has been content for half a second (or a person presses the button), and saves them all.

import { fill, read } from "../shared/words.js";
import { Camera, CameraTrouble } from "./camera.js";
import { fewWords, nextStep, resultOf, saveLabel, Steady } from "./enrol-plan.js";
import { drawWithin } from "./pump.js";

const config = read("config");
const words = read("words");
const at = (id) => document.getElementById(id);
const token = document.querySelector("[name=csrfmiddlewaretoken]").value;

const EVERY = 340; // ms between two questions
const REST = 1500; // ms after a photo, to read what comes next and do it
const WIDTH = 1280; // px: the longer side of what is sent
const PATIENCE = 10000; // ms with a usable face until the button is offered
const TWICE = "looks_like_somebody_else";
const WHEN_DOWN = 2000; // ms until the next question when the server does not answer

const stage = at("capture");
const video = at("preview");
const items = [...at("shots").children];
const titles = items.map((item) => item.querySelector(".shot-title").textContent);
const photos = new Array(config.steps.length).fill(null); // blobs, by step
const canvas = document.createElement("canvas");
const camera = new Camera(video, trouble);
const steady = new Steady();

let current = 0; // the step that is asked for; null when all are taken
let drop = null; // how far the nose lies below the eyes when this person looks straight ahead
let askedSince = 0;
let restUntil = 0; // nothing is asked before: the person reads what comes next
let timer = 0;
let asking = 0; // the number of the latest question: an answer to an older one is not shown over a newer one's
let saving = false;
let added = 0; // photos that were saved from this page

// --- What is shown -------------------------------------------------------------------------------
function show(advice, sentence) {
  stage.dataset.advice = advice;
  if (at("advice").textContent !== sentence) at("advice").textContent = sentence;
}

function showStep() {
  const count = config.steps.length;
  at("step").textContent = current === null ? "" : fill(words.step, { number: current + 1, count });
  at("ask").textContent = current === null ? words.all_taken : config.steps[current].ask;
  items.forEach((item, step) => showShot(item, step));
  at("shoot").disabled = current === null || !camera.isOpen;
  showSaving();
}

function showShot(item, step) {
  const image = item.querySelector("img");
  const taken = photos[step] !== null;
  item.classList.toggle("current", step === current);
  item.classList.toggle("taken", taken);
  item.toggleAttribute("aria-current", step === current);
  image.hidden = !taken;
  const label = taken ? fill(words.retake, { title: titles[step] }) : fill(words.empty, { title: titles[step] });
  item.querySelector("button").setAttribute("aria-label", label);
}

function showSaving() {
  const count = photos.filter(Boolean).length;
  at("keep").textContent = saveLabel(count, saving, words);
  at("keep").disabled = saving || count === 0;
  showFew(count);
}

// Of the purposes that are ticked, the one that lacks most photos, with those that are kept already.
function showFew(taken) {
  const ticked = [...document.querySelectorAll("[name=purposes]:checked")].map((box) => config.photos[box.value]);
  const sentence = taken ? fewWords(ticked, added + taken, words) : null;
  at("few").hidden = sentence === null;
  if (sentence) at("few").textContent = sentence;
}

function setImage(step, blob) {
  const image = items[step].querySelector("img");
  if (image.src) URL.revokeObjectURL(image.src);
  if (blob) image.src = URL.createObjectURL(blob);
  else image.removeAttribute("src");
}

// --- Looking -------------------------------------------------------------------------------------
function frame() {
  drawWithin(canvas, video, WIDTH);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
}

async function ask(blob, step) {
  const query = new URLSearchParams({ step: config.steps[step].name });
  if (drop !== null) query.set("drop", drop);
  const answer = await fetch(`${config.judge_url}?${query}`, {
    method: "POST",
    body: blob,
    headers: { "X-CSRFToken": token, "Content-Type": "image/jpeg", Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// The one place that sets the timer; no matter what calls it, the rest after a photo is kept.
function again(pause) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(pause, restUntil - performance.now()));
}

async function look() {
  if (current === null || !camera.isOpen || document.hidden) return again(EVERY);
  const step = current;
  const started = performance.now();
  const mine = ++asking;
  const blob = await frame();
  try {
    const answer = await ask(blob, step);
    if (mine !== asking) return; // the button was pressed meanwhile; it goes on from there
    if (step === current) heard(answer, blob, started);
  } catch {
    if (mine !== asking) return;
    steady.reset();
    show("trouble", words.offline);
    return again(WHEN_DOWN);
  }
  again(Math.max(0, EVERY - (performance.now() - started)));
}

function heard(answer, blob, started) {
  const long = answer.usable && performance.now() - askedSince > PATIENCE;
  show(answer.code, long && !answer.ready ? fill(words.or_by_hand, { advice: answer.sentence }) : answer.sentence);
  const held = steady.heard(answer.ready, started, performance.now());
  if (held && at("auto").checked) take(blob, answer);
}

// --- Taking --------------------------------------------------------------------------------------
function take(blob, answer) {
  photos[current] = blob;
  setImage(current, blob);
  if (config.steps[current].name === "front") drop = answer?.drop ?? drop;
  flash();
  restUntil = performance.now() + REST;
  next();
  show("taken", words.taken);
}

function next() {
  current = nextStep(photos);
  steady.reset();
  askedSince = performance.now();
  showStep();
}

// The button takes the picture of this moment, and the server says at once whether it can be used.
async function shoot() {
  if (current === null || !camera.isOpen) return;
  const step = current;
  at("shoot").disabled = true;
  clearTimeout(timer);
  asking += 1;
  const blob = await frame();
  try {
    const answer = await ask(blob, step);
    if (step !== current) return; // another one was chosen meanwhile
    if (answer.usable) return take(blob, answer);
    show(answer.code, fill(words.not_now, { why: answer.sentence }));
  } catch {
    show("trouble", words.offline);
  } finally {
    at("shoot").disabled = current === null;
    again(REST);
  }
}

function retake(step) {
  photos[step] = null;
  setImage(step, null);
  current = step;
  restUntil = 0;
  steady.reset();
  askedSince = performance.now();
  hideResult();
  showStep();
  again(EVERY);
}

function flash() {
  const light = stage.querySelector(".capture-flash");
  light.classList.remove("now");
  void light.offsetWidth; // lets the animation begin again
  light.classList.add("now");
}

// --- Saving --------------------------------------------------------------------------------------
async function save(event) {
  event.preventDefault();
  const sent = config.steps.map((_step, step) => step).filter((step) => photos[step]);
  const form = new FormData(at("save"));
  form.set("source", "webcam");
  sent.forEach((step) => form.append("photos", photos[step], `${titles[step]}.jpg`));
  saving = true;
  showSaving();
  try {
    const answer = await fetch(config.save_url, { method: "POST", body: form, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (answer.ok && said.choose) chooseAmong(said.choose);
    else if (answer.ok) showResult(said, sent);
    else show("trouble", said.message);
  } catch {
    show("trouble", words.offline);
  } finally {
    saving = false;
    showSaving();
  }
}

// The photos do not look like one person: staff choose on a page of its own. They are kept there, so none is lost here.
function chooseAmong(page) {
  photos.fill(null);
  window.location.assign(page);
}

function showResult(said, sent) {
  added += said.added.length;
  const { title, refused, notes } = resultOf(said, sent, titles, words);
  at("result-title").textContent = title;
  at("result-list").replaceChildren(...notes.map(({ tone, text, code }) => note(tone, text, code === TWICE ? said.added : [])));
  at("more").hidden = refused.length === 0;
  at("more").onclick = () => takeAgain(refused);
  at("save").hidden = true;
  at("result").hidden = false;
  sent.forEach((step) => (items[step].querySelector("button").disabled = true));
  current = null;
  clearTimeout(timer);
  camera.close();
  photos.fill(null);
  stage.dataset.done = "";
  at("result").focus();
}

// `samples`: photos that this note offers to remove. A person who is enrolled twice confuses every station.
function note(tone, text, samples) {
  const item = document.createElement("li");
  item.className = `alert ${tone}`;
  item.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (samples.length) item.append(undoFor(samples));
  return item;
}

function undoFor(samples) {
  const form = at("undo").content.firstElementChild.cloneNode(true);
  form.append(...samples.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "sample", value })));
  return form;
}

async function takeAgain(steps) {
  hideResult();
  photos.fill(null);
  items.forEach((item, step) => {
    setImage(step, null);
    item.hidden = !steps.includes(step);
    item.querySelector("button").disabled = false;
    if (item.hidden) photos[step] = undefined; // saved already: neither asked for nor sent again
  });
  next();
  await open();
}

function hideResult() {
  delete stage.dataset.done;
  at("result").hidden = true;
  at("save").hidden = false;
}

// --- The camera ----------------------------------------------------------------------------------
function trouble(state) {
  at("start").hidden = false;
  at("shoot").disabled = true;
  show("trouble", words[state] ?? words.camera_failed);
}

async function open(choose) {
  try {
    await (choose === undefined ? camera.open() : camera.choose(choose));
  } catch (error) {
    return trouble(error instanceof CameraTrouble ? error.state : "camera_failed");
  }
  at("start").hidden = true;
  askedSince = performance.now();
  await listCameras();
  showStep();
  again(EVERY);
}

async function listCameras() {
  const cameras = await camera.list();
  const options = cameras.map((device, place) =>
    new Option(device.label || fill(words.camera_number, { number: place + 1 }), device.deviceId),
  );
  at("cameras").replaceChildren(...options);
  at("cameras").value = camera.chosen;
  at("picker").hidden = cameras.length < 2;
}

function onKey(event) {
  const own = event.target.closest("button, a, input, select, textarea, summary"); // these have a use for it
  if (event.code !== "Space" || event.repeat || own) return;
  event.preventDefault();
  if (!at("shoot").disabled) shoot();
}

at("shoot").addEventListener("click", shoot);
at("start").addEventListener("click", () => open());
at("cameras").addEventListener("change", () => open(at("cameras").value));
at("save").addEventListener("submit", save);
at("save").addEventListener("change", showSaving);
items.forEach((item, step) => item.querySelector("button").addEventListener("click", () => retake(step)));
document.addEventListener("keydown", onKey);
window.addEventListener("beforeunload", (event) => photos.some(Boolean) && event.preventDefault());
window.addEventListener("pagehide", () => camera.close());
showStep();
open();
