// Asks the phone where it is, once, when the button is pressed. Without an answer the form is sent all the same.

const LONGEST = 8000; // ms
const form = document.querySelector("[data-mark][data-asks-place]");

function send(position) {
  if (position) {
    form.elements.latitude.value = position.coords.latitude;
    form.elements.longitude.value = position.coords.longitude;
  }
  form.submit();
}

form?.addEventListener("submit", (event) => {
  if (!navigator.geolocation) return;
  event.preventDefault();
  form.querySelector("button").disabled = true;
  form.querySelector("[data-waiting]").hidden = false;
  navigator.geolocation.getCurrentPosition(send, () => send(null), { enableHighAccuracy: true, timeout: LONGEST, maximumAge: 0 });
});
