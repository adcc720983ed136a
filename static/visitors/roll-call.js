// An evacuation list on several phones: a tick is sent at once, and every few seconds the others' ticks are fetched.
// The server's answer is the truth: a button shows what was saved, never what was merely pressed.

const EVERY = 3000; // ms
const place = document.getElementById("roll-call");
const trouble = document.getElementById("trouble");
let newest = 0; // of two answers that overtake each other, the one asked for later counts

function show(state) {
  document.getElementById("accounted").textContent = state.accounted;
  document.getElementById("total").textContent = state.total;
  for (const line of state.lines) {
    const row = place.querySelector(`[data-line="${line.id}"]`);
    if (row) showLine(row, line);
  }
  // Someone was added, or the list has ended: the page itself is another one now.
  if (!state.running || state.total !== place.querySelectorAll("[data-line]").length) location.reload();
}

function showLine(row, line) {
  row.toggleAttribute("data-accounted", line.accounted);
  row.querySelector("[data-note]").textContent = line.note;
  const button = row.querySelector("button");
  button.value = line.accounted ? "no" : "yes";
  button.setAttribute("aria-pressed", String(line.accounted));
}

async function ask(address, options = {}) {
  const turn = ++newest;
  const answer = await fetch(address, { cache: "no-store", ...options }).catch(() => null);
  if (turn !== newest) return;
  // Being sent to sign in is not an answer either.
  const state = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
  trouble.hidden = Boolean(state);
  if (state) show(state);
}

async function keepUp() {
  await ask(place.dataset.state);
  setTimeout(keepUp, EVERY);
}

place.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = new FormData(event.target, event.submitter);
  ask(event.target.action, { method: "POST", body, headers: { Accept: "application/json" } });
});

document.getElementById("missing-only").addEventListener("change", (event) => {
  place.toggleAttribute("data-missing-only", event.target.checked);
});

setTimeout(keepUp, EVERY);
