// The kiosk: what it knows (camera, line, what was seen) and, from that, the one thing it shows.

import { formOf } from "../shared/forms.js";
import { hidePadsForRealKeys, Keyboard } from "../shared/keyboard.js";
import { Line } from "../shared/line.js";
import { Sound } from "../shared/sound.js";
import { Speech } from "../shared/speech.js";
import { fill, read } from "../shared/words.js";
import { Banner } from "./banner.js";
import { cleared, drawFaces, placed } from "./boxes.js";
import { Camera, mayOpenAtOnce } from "./camera.js";
import { Denial } from "./denial.js";
import { Idle } from "./idle.js";
import { installed } from "./installed.js";
import { doing, namesInView, present, retryWords } from "./kiosk-says.js";
import { Lane } from "./lane.js";
import { LEAST_PAUSE, Pump } from "./pump.js";

const WELCOME_LASTS = 4000; // ms that a name stays after the person has walked on
const TROUBLE_LASTS = 7000;
const CAMERA_AGAIN = 8000; // ms between two tries to open a camera that is missing, in use, broken or not allowed
const CHOSEN = "ostiary.language"; // in the session's storage: a person has chosen one here
const MAY_COME_BACK = ["camera_missing", "camera_busy", "camera_failed", "camera_denied"];

const byId = (id) => document.getElementById(id);
const config = read("config");
const words = read("words");
const video = byId("preview");
const overlay = byId("overlay");
const banner = new Banner(byId("main"));
const sound = new Sound();
const line = new Line("/ws/station/");
// The part of the page that belongs to the station's purpose: {heard(message), scanned(text), says(names)}, where
// `says` is the banner's [state, words] when it knows better than the camera what is true now, or null.
const page = read("page");
let pause = LEAST_PAUSE; // ms between two pictures
const pace = (wanted) => { pause = wanted ?? LEAST_PAUSE; };
const app = page && (await import(page.script)).start({ page, line, sound, pace, changed: show });
const lane = new Lane(byId("lane"), { address: config.without_face_url, words: words.lane, scanned: app?.scanned });
const denial = new Denial(byId("denial"), byId("denial-open"), { address: config.not_me_url, words: words.denial });
const camera = new Camera(video, (state) => cameraTrouble(state));

const SIGNS = ["greeting", "trouble"];
const now = {
  camera: "start", // "open", or the state that says why not
  line: "connecting", // "open", "lost", or the code of a final goodbye
  seconds: 0, // until the next attempt
  note: { title: "", text: "", idle: false }, // what goes on at this station
  seen: { state: "looking", hint: null, faces: [], size: [0, 0] },
  names: [], // greeted, until `namesUntil`
  said: new Map(), // by name: what the greeting means here, such as "present at 09:02"
  namesUntil: 0,
  trouble: null, // {title, note} until `troubleUntil`
  troubleUntil: 0,
};

const FILLS = config.view === "walk_up"; // a room is shown whole

// A person is in the middle of something. A dialog that was left open does not keep the screen from resting.
const busy = () => Boolean(app?.busy?.());
const untouched = () => !busy() && !document.querySelector("dialog[open]");

const pump = new Pump(video, {
  width: config.frame_width,
  maxBytes: config.max_frame_bytes,
  send: (data) => line.send(data),
  onSilence: () => line.restart(),
  pause: () => pause,
});

// --- what to show --------------------------------------------------------------------------------

function show() {
  const [state, text, button] = present(now, words, { moment: performance.now(), hidden: document.hidden, own: ownWords() });
  banner.show(state, text, button ? BUTTONS[button]() : {});
  if (state === "lost" || state === "station_off") banner.countdown(retryWords(now.seconds, words));
  draw();
}

// What the part of the station's purpose says, when it knows better than the camera.
function ownWords() {
  if (now.camera === "start" || now.line !== "open" || document.hidden) return null;
  return app?.says?.(performance.now() < now.namesUntil ? now.names : namesInView(now.seen));
}

const BUTTONS = {
  camera: () => ({ action: now.camera === "start" ? words.actions.start : words.actions.again, onAction: () => startCamera() }),
  connect: () => ({ action: now.line === "replaced" ? words.actions.take_over : words.actions.again, onAction: () => connect() }),
  pair: () => ({ action: words.actions.pair, onAction: () => location.assign(config.pair_url) }),
};

function draw() {
  const context = cleared(overlay);
  const { faces, size } = now.seen;
  if (now.camera !== "open" || now.line !== "open" || document.hidden || !size[0]) return;
  const area = { width: overlay.clientWidth, height: overlay.clientHeight };
  drawFaces(context, faces, placed(size, area, { fills: FILLS }), { mirroredWidth: area.width, unknownLabel: words.not_recognised });
}

// Loading the page renews the kiosk's cookie; a page that stays open for weeks asks for that now and then.
setInterval(() => fetch(location.pathname, { cache: "no-store" }).catch(() => {}), 6 * 3600 * 1000);

// --- the camera ----------------------------------------------------------------------------------

async function startCamera(deviceId, { quietly = false } = {}) {
  if (!quietly) now.camera = "camera_starting";
  show();
  try {
    await (deviceId ? camera.choose(deviceId) : camera.open());
    now.camera = "open";
    keepAwake();
    listCameras();
    goOn();
  } catch (error) {
    cameraTrouble(error.state ?? "camera_failed");
  }
  show();
}

function cameraTrouble(state) {
  now.camera = state;
  pump.stop();
  show();
}

async function listCameras() {
  const picker = byId("camera");
  const cameras = await camera.list();
  const label = (device, place) => device.label || fill(words.camera_number, { number: place + 1 });
  picker.replaceChildren(...cameras.map((device, place) => new Option(label(device, place), device.deviceId)));
  picker.value = camera.chosen;
  picker.parentElement.hidden = cameras.length < 2;
}

// A camera that was plugged in again, is free again or allowed is taken up without a touch on the screen. Where only a
// person can allow it, the browser is not made to ask them again and again.
async function cameraAgain() {
  if (!MAY_COME_BACK.includes(now.camera)) return;
  if (now.camera === "camera_denied" && !(await mayOpenAtOnce())) return;
  await startCamera(undefined, { quietly: true });
}

async function camerasChanged() {
  listCameras();
  if ((await camera.list()).length) cameraAgain();
}

// --- the line ------------------------------------------------------------------------------------

function connect() {
  now.line = "connecting";
  show();
  line.open();
}

function heard(message) {
  app?.heard(message);
  if (SIGNS.includes(message.kind) || message.faces?.length || message.kind.includes(".")) idle.sign();
  if (message.kind === "hello") {
    now.line = "open";
    now.seen = message;
    take(message.note);
    goOn();
    newPage(); // the server was away, perhaps for an update
  } else if (message.kind === "frame") {
    now.seen = message;
    if (message.faces.length && !namesInView(now.seen).length) now.namesUntil = 0; // the next person is not greeted by the last one's name
    pump.answered(message.state);
  } else if (message.kind === "refused") {
    pump.answered("refused");
  } else if (message.kind === "greeting") {
    greet(message);
  } else if (message.kind === "note") {
    take(message);
  } else if (message.kind === "trouble") {
    complain(message);
  }
  show();
}

function take(note) {
  now.note = note;
  byId("station-note").textContent = doing(note, words);
  byId("station-note").hidden = byId("station-note").textContent === "";
}

function greet(message) {
  lane.greeted(message);
  denial.greeted(message);
  now.said.set(message.name, message.note);
  const moment = performance.now();
  now.names = moment < now.namesUntil ? [...new Set([...now.names, message.name])] : [message.name];
  now.namesUntil = moment + WELCOME_LASTS;
  now.trouble = null;
  setTimeout(show, WELCOME_LASTS + 50);
  sound.play("welcome");
}

function complain(message) {
  now.trouble = { ...words.trouble, note: message.message };
  now.troubleUntil = performance.now() + TROUBLE_LASTS;
  setTimeout(show, TROUBLE_LASTS + 50);
  sound.play("trouble");
}

function offline(state, seconds = 0) {
  now.line = state;
  now.seconds = seconds;
  now.seen = { state: "looking", hint: null, faces: [], size: [0, 0] };
  pump.stop();
  show();
}

// Pictures flow only when there is a camera, a line, and a person could see the page.
function goOn() {
  if (now.camera === "open" && now.line === "open" && !document.hidden) pump.start();
  else pump.stop();
}

// --- the screen ----------------------------------------------------------------------------------

async function keepAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // a battery saver may say no; the kiosk works without
  }
}

function speechButton() {
  byId("speech").hidden = !speech.possible;
  byId("speech").setAttribute("aria-pressed", String(speech.on));
}

// After a person the screen is in its own language again.
async function rested() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  keyboard.close();
  const form = document.querySelector(".kiosk-languages");
  if (!form || !sessionStorage.getItem(CHOSEN)) return;
  sessionStorage.removeItem(CHOSEN);
  await fetch(form.action, { method: "POST", body: formOf(form.csrfmiddlewaretoken.value, {}), redirect: "manual" }).catch(() => {});
  location.reload();
}

function soundButton() {
  const button = byId("sound");
  button.setAttribute("aria-pressed", String(!sound.muted));
  button.querySelector("use").setAttribute("href", sound.muted ? "#icon-mute" : "#icon-sound");
  button.querySelector(".label").textContent = sound.muted ? words.sound_off : words.sound_on;
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

const works = () => now.camera === "open" && now.line === "open";
const idle = new Idle(byId("idle"), { settings: config.idle, state: () => ({ works: works(), busy: busy() }) });
const speech = new Speech([...document.querySelectorAll("main :is([role=status], [role=alert], [aria-live])")]);
const newPage = installed({ ...config.app, quiet: () => (untouched() ? idle.quiet : 0) });
const fields = [...document.querySelectorAll("main input.input")].filter((field) => field.id !== "vault-typed"); // has a pad of its own
const keyboard = new Keyboard(byId("keyboard"), fields);
hidePadsForRealKeys();
idle.addEventListener("rest", rested);
byId("language-open")?.addEventListener("click", () => byId("languages").showModal());
document.querySelector(".kiosk-languages")?.addEventListener("submit", () => sessionStorage.setItem(CHOSEN, "yes"));
byId("speech").addEventListener("click", () => { speech.toggle(); speechButton(); });
byId("sound").addEventListener("click", () => { sound.toggle(); soundButton(); });
byId("full").addEventListener("click", fullScreen);
byId("full").hidden = !document.fullscreenEnabled;
byId("lane-open").addEventListener("click", () => lane.open());
lane.addEventListener("welcome", ({ detail }) => { if (now.line !== "open") { greet({ ...detail, note: "" }); show(); } });
denial.addEventListener("denied", ({ detail }) => {
  now.names = now.names.filter((name) => name !== detail.name);
  if (!now.names.length) now.namesUntil = 0;
  show();
});
lane.addEventListener("refused", ({ detail }) => { complain(detail); show(); });
byId("privacy-open").addEventListener("click", () => byId("privacy").showModal());
byId("camera").addEventListener("change", (event) => startCamera(event.target.value));
document.addEventListener("pointerdown", () => sound.wake(), { once: true });
document.addEventListener("visibilitychange", () => { if (!document.hidden) keepAwake(); goOn(); show(); });
window.addEventListener("resize", draw);
navigator.mediaDevices?.addEventListener("devicechange", camerasChanged);
line.addEventListener("message", (event) => heard(event.detail));
line.addEventListener("lost", (event) => offline(now.line === "station_off" ? "station_off" : "lost", event.detail));
line.addEventListener("bye", (event) => offline(event.detail.code in words.states ? event.detail.code : "lost"));

setInterval(cameraAgain, CAMERA_AGAIN);
speechButton();
soundButton();
connect();
if (await mayOpenAtOnce()) startCamera();
