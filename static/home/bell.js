// How many notifications are unread stands at the bell in the header, and is asked again every minute.

const EVERY = 60_000; // ms
const bell = document.getElementById("bell");
const badge = bell.querySelector(".bell-count");

function show(unread) {
  badge.hidden = !unread;
  badge.textContent = unread > 99 ? "99+" : String(unread);
}

async function ask() {
  if (document.hidden) return;
  const answer = await fetch(bell.dataset.from, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) show((await answer.json()).unread);
}

ask();
setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
