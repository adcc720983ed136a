// Beside the end of a session: how long it lasts, and that an end after midnight is on the next day. A mistyped hour is
// seen before it is sent. The form may arrive later, in the dialog.

const words = document.getElementById("hours-words").dataset;

document.addEventListener("input", ({ target }) => {
  if (target.name === "starts" || target.name === "ends") say(target.form);
});

function say(form) {
  const { starts, ends } = form.elements;
  const place = form.querySelector("[data-hours]") ?? placeAfter(ends);
  place.textContent = starts.value && ends.value ? sentence(minutesOf(starts.value), minutesOf(ends.value)) : "";
}

function placeAfter(field) {
  const place = document.createElement("p");
  place.className = "hint";
  place.role = "status";
  place.dataset.hours = "";
  field.after(place);
  return place;
}

function sentence(starts, ends) {
  const length = ends > starts ? ends - starts : ends - starts + 24 * 60;
  const shown = `${Math.floor(length / 60)}:${String(length % 60).padStart(2, "0")}`;
  return (ends > starts ? words.same : words.next).replace("HOURS", shown);
}

function minutesOf(clock) {
  const [hours, minutes] = clock.split(":").map(Number);
  return 60 * hours + minutes;
}
