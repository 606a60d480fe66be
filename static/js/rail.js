// The folded rail is kept in a cookie for the server to draw; on a phone the rail closes on Escape.
document.addEventListener("change", (e) => {
  if (!e.target.matches('[data-rail="narrow"]')) return;
  document.cookie = `desk_rail=${e.target.checked ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
});

document.addEventListener("keydown", (e) => {
  const shown = document.querySelector('[data-rail="open"]');
  if (e.key !== "Escape" || !shown?.checked) return;
  shown.checked = false;
  shown.focus();
});
