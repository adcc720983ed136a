// The guided camera of the sign-up form: front, left, right. Its photos become files of the form's own field, so that
// sending, and every check, is that of the form. Where there is no camera the fields alone do it.

import { fill, read } from "../shared/words.js";
import { Camera, CameraTrouble } from "./camera.js";
import { nextStep, Steady } from "./enrol-plan.js";
import { drawWithin } from "./pump.js";

const config = read("config");
const words = read("words");
const at = (id) => document.getElementById(id);
const panel = at("capture");
const field = document.querySelector("[name=selfies]");
const token = document.querySelector("[name=csrfmiddlewaretoken]").value;

const EVERY = 700; // ms between two questions: many may sign up at once
const REST = 1500; // ms after a photo, to read what comes next and do it
const WHEN_BUSY = 3000; // ms until the next question when the server is busy or does not answer
const WIDTH = 1280; // px: the longer side of what is sent

const items = [...at("shots").children];
const titles = items.map((item) => item.querySelector(".shot-title").textContent);
const photos = new Array(config.steps.length).fill(null); // blobs, by step
const canvas = document.createElement("canvas");
const camera = new Camera(at("preview"), trouble);
const steady = new Steady();
let current = 0; // the step that is asked for; null when all are taken
let drop = null; // see enrol.js
let timer = 0;
let asking = 0; // the number of the latest question

function show(advice, sentence) {
  panel.dataset.advice = advice;
  if (at("advice").textContent !== sentence) at("advice").textContent = sentence;
}

function showStep() {
  at("step").textContent = current === null ? "" : fill(words.step, { number: current + 1, count: photos.length });
  at("ask").textContent = current === null ? words.all_taken : config.steps[current].ask;
  at("shoot").disabled = current === null || !camera.isOpen;
  items.forEach(showShot);
}

function showShot(item, step) {
  const taken = photos[step] !== null;
  item.classList.toggle("current", step === current);
  item.classList.toggle("taken", taken);
  const button = item.querySelector("button");
  button.disabled = !taken;
  button.setAttribute("aria-label", fill(taken ? words.retake : words.empty, { title: titles[step] }));
}

function setImage(step, blob) {
  const image = items[step].querySelector("img");
  if (image.src) URL.revokeObjectURL(image.src);
  if (blob) image.src = URL.createObjectURL(blob);
  else image.removeAttribute("src");
  image.hidden = !blob;
}

function frame() {
  drawWithin(canvas, at("preview"), WIDTH);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
}

async function ask(blob) {
  const query = new URLSearchParams({ step: config.steps[current].name });
  if (drop !== null) query.set("drop", drop);
  const headers = { "X-CSRFToken": token, "Content-Type": "image/jpeg", Accept: "application/json" };
  const answer = await fetch(`${config.judge_url}?${query}`, { method: "POST", body: blob, headers });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function again(pause) {
  clearTimeout(timer);
  timer = setTimeout(look, pause);
}

async function look() {
  if (current === null || !camera.isOpen) return;
  if (document.hidden) return again(EVERY);
  const step = current;
  const mine = ++asking;
  const started = performance.now();
  try {
    const blob = await frame();
    const answer = await ask(blob);
    if (mine !== asking || step !== current) return; // taken by hand, or another one was chosen meanwhile
    show(answer.code, answer.sentence);
    if (!steady.heard(answer.ready, started, performance.now())) return again(EVERY);
    take(blob, answer);
  } catch {
    if (mine === asking) again(WHEN_BUSY); // the button still takes photos, which the form checks
  }
}

function take(blob, answer) {
  asking += 1;
  photos[current] = blob;
  setImage(current, blob);
  if (config.steps[current].name === "front") drop = answer?.drop ?? drop;
  hand();
  show("taken", words.taken);
  current = nextStep(photos);
  steady.reset();
  showStep();
  if (current === null) end();
  else again(REST);
}

// The photos become the files of the form's field, in their order.
function hand() {
  const files = new DataTransfer();
  photos.forEach((blob, step) => blob && files.items.add(new File([blob], `${titles[step]}.jpg`, { type: "image/jpeg" })));
  field.files = files.files;
}

async function shoot() {
  if (current === null || !camera.isOpen) return;
  clearTimeout(timer);
  take(await frame(), null);
}

function retake(step) {
  photos[step] = null;
  setImage(step, null);
  hand();
  current = step;
  steady.reset();
  open();
}

function end() {
  camera.close();
  at("stage").hidden = true;
  at("start").hidden = true;
}

function trouble(state) {
  at("start").hidden = false;
  at("shoot").disabled = true;
  at("stage").hidden = false;
  show("trouble", words[state] ?? words.camera_failed);
}

async function open() {
  at("stage").hidden = false;
  try {
    if (!camera.isOpen) await camera.open();
  } catch (error) {
    return trouble(error instanceof CameraTrouble ? error.state : "camera_failed");
  }
  at("start").hidden = true;
  showStep();
  again(EVERY);
}

panel.hidden = !navigator.mediaDevices;
at("start").addEventListener("click", open);
at("shoot").addEventListener("click", shoot);
items.forEach((item, step) => item.querySelector("button").addEventListener("click", () => retake(step)));
window.addEventListener("pagehide", () => camera.close());
