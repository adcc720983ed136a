// Choosing several people on a roll: all that are shown, how many, and a bar that appears when there are some.

const boxes = () => [...document.querySelectorAll("#bulk [name=person]")];

function count() {
  const bulk = document.getElementById("bulk");
  if (!bulk) return;
  const all = boxes();
  const chosen = all.filter((box) => box.checked).length;
  bulk.classList.toggle("some-chosen", chosen > 0);
  bulk.querySelector("[data-chosen]").textContent = chosen;
  const every = bulk.querySelector("[data-all]");
  every.checked = chosen > 0 && chosen === all.length;
  every.indeterminate = chosen > 0 && chosen < all.length;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.closest("#bulk")) count();
});
document.addEventListener("htmx:afterSwap", count);
count();
