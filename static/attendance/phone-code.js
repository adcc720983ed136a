// The code on the board: asked for again whenever it changes, and hidden when it can no longer be had.

const AGAIN = 3000; // ms after a failure
const LATER = 50; // ms: after the change, not just before it
const place = document.getElementById("phone-code");

async function show() {
  const answer = await fetch(place.dataset.address, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return lost(answer);
  const code = await answer.json();
  const svg = place.querySelector("svg");
  svg.setAttribute("viewBox", `0 0 ${code.size} ${code.size}`);
  svg.querySelector("path").setAttribute("d", code.path);
  svg.removeAttribute("hidden");
  place.querySelector("[data-lost]").hidden = true;
  setTimeout(show, code.seconds_left * 1000 + LATER);
}

// An old code helps no one: better none.
function lost(answer) {
  place.querySelector("svg").setAttribute("hidden", "");
  place.querySelector("[data-lost]").hidden = false;
  if (answer?.status !== 409) setTimeout(show, AGAIN);
}

if (place) show();
