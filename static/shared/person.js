// A person's page: the tab of the section in view is marked, and a section that was asked for gets the keyboard.

const tabs = new Map([...document.querySelectorAll(".person-tabs a")].map((tab) => [tab.hash.slice(1), tab]));
const sections = [...document.querySelectorAll(".person-section")];

function mark(name) {
  for (const [other, tab] of tabs) {
    if (other === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  const nav = document.querySelector(".person-tabs");
  const tab = tabs.get(name);
  if (nav && tab) nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
}

let wanted = null;
const inView = new Set();
const watch = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) inView.add(target.id);
    else inView.delete(target.id);
  }
  if (wanted) return; // it is marked already, also where the page ends before it could reach the top
  const first = sections.find((section) => inView.has(section.id));
  if (first) mark(first.id);
}, { rootMargin: "-10% 0px -60% 0px" });
for (const section of sections) watch.observe(section);

// What comes later pushes a section down: the one that was asked for stays where it was put.
for (const [name, tab] of tabs) {
  tab.addEventListener("click", () => {
    wanted = document.getElementById(name);
    wanted?.focus({ preventScroll: true });
    mark(name);
  });
}
addEventListener("wheel", () => { wanted = null; }, { passive: true });
addEventListener("touchmove", () => { wanted = null; }, { passive: true });
addEventListener("keydown", (event) => { if (event.key !== "Enter") wanted = null; });
document.addEventListener("htmx:afterSettle", (event) => {
  event.target.removeAttribute?.("aria-busy");
  wanted?.scrollIntoView({ block: "start" });
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());
