// There is no connection: ask again now and then, and go back to the kiosk's page as soon as the server answers.

const { next, ask } = document.getElementById("main").dataset;
const EVERY = 4_000; // ms

async function look() {
  try {
    const answer = await fetch(ask, { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
    if (answer.ok) return location.replace(next);
  } catch {
    // still none
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
