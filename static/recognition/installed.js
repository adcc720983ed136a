// The kiosk as an app: its service worker, and a new page when the server has one and no one is here.

const EVERY = 60_000; // ms between two questions
const QUIET = 20; // s without anyone, before the page is loaded again

export function installed({ ask, worker, quiet }) {
  navigator.serviceWorker?.register(worker).catch(() => {}); // without https there is none
  let [mine, other] = [null, false];
  const look = async () => {
    try {
      const answer = await fetch(ask, { cache: "no-store" });
      if (!answer.ok) return;
      const { version } = await answer.json();
      mine ??= version; // the page and the first answer are of the same moment
      other = version !== mine;
    } catch {
      // the line says that the server is away
    }
  };
  setInterval(look, EVERY);
  setInterval(() => { if (other && quiet() >= QUIET) location.reload(); }, 1_000);
  return look;
}
