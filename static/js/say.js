// One polite live region for the whole page, and messages that scripts make themselves.
document.addEventListener("desk:say", (e) => {
  const place = document.querySelector("[data-say]");
  if (!place) return;
  // Emptied first, so that the same words twice are read twice.
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = e.detail; });
});

document.addEventListener("desk:toast", (e) => {
  const place = document.querySelector(".flashes");
  if (!place) return;
  const toast = document.createElement("div");
  const text = document.createElement("div");
  toast.className = "toast toast--bad";
  text.className = "toast__text";
  text.textContent = e.detail;
  toast.append(text);
  place.append(toast);
});

document.addEventListener("click", (e) => {
  e.target.closest("[data-toast-close]")?.closest("[data-toast]")?.remove();
});
