// A visitor who walks away leaves no name on the screen: without a touch or a key the kiosk goes back to its camera.

const AFTER = 60_000; // ms
const home = document.getElementById("kiosk-home").dataset.address;
let timer;

function again() {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(home), AFTER);
}

for (const event of ["pointerdown", "keydown", "input"]) document.addEventListener(event, again);
again();
