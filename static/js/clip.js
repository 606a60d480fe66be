// Copy buttons: data-copy holds what goes to the clipboard.
document.addEventListener("click", async (e) => {
  const button = e.target.closest("[data-copy]");
  if (!button) return;
  let words = "Copied";
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 1500);
  } catch {
    words = "Could not copy; select the text instead";
  }
  document.dispatchEvent(new CustomEvent("desk:say", { detail: words }));
});
