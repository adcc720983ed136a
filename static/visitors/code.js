// A visitor's code: typed with keys on the screen, or read by the kiosk's camera, which the server looks at for it.

import { Camera } from "../recognition/camera.js";
import { drawWithin } from "../recognition/pump.js";
import { Keyboard } from "../shared/keyboard.js";

const at = (id) => document.getElementById(id);
const form = at("code-form");
const field = at("code");
const panel = at("code-camera");
const video = at("code-video");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

const EVERY = 500; // ms between two looks
const WHEN_DOWN = 3000; // ms until the next one when the server is busy or does not answer
const LONGEST = 45_000; // ms for which the camera looks
const WIDTH = 960; // px: the longer side of what is sent

const canvas = document.createElement("canvas");
const camera = new Camera(video, stop);
let until = 0;

new Keyboard(at("keyboard"), [field]);

function picture() {
  drawWithin(canvas, video, WIDTH);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}

async function read() {
  const headers = { "X-CSRFToken": token, "Content-Type": "image/jpeg", Accept: "application/json" };
  const answer = await fetch(panel.dataset.look, { method: "POST", body: await picture(), headers });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).code;
}

async function look() {
  if (!camera.isOpen) return;
  if (performance.now() > until) return stop();
  try {
    const code = await read();
    if (!code) return setTimeout(look, EVERY);
    field.value = code;
    camera.close();
    form.requestSubmit();
  } catch {
    setTimeout(look, WHEN_DOWN);
  }
}

async function start() {
  try {
    await camera.open();
  } catch {
    at("code-said").textContent = panel.dataset.trouble;
    return;
  }
  video.hidden = false;
  at("code-camera-open").hidden = true;
  at("code-said").textContent = at("code-said").dataset.hold;
  until = performance.now() + LONGEST;
  look();
}

function stop() {
  camera.close();
  video.hidden = true;
  at("code-camera-open").hidden = false;
  at("code-said").textContent = "";
}

panel.hidden = !navigator.mediaDevices;
at("code-camera-open").addEventListener("click", start);
window.addEventListener("pagehide", () => camera.close());
