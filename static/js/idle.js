// Warns two minutes before an idle person is signed out; one key stays. Work on the page without requests counts as being
// there, so a long note does not end in a sign-in form.
const limit = Number(document.body.dataset.idle || 0);
const warn = 120;
let asked = Date.now();
let active = asked;

const dialog = document.getElementById("idle");
const left = document.querySelector("[data-idle-left]");

async function stay() {
  asked = active = Date.now();
  try { await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }); } catch { /* the next click tells */ }
}

function look() {
  const now = Date.now();
  const rest = Math.ceil(limit - (now - asked) / 1000);
  if (!dialog.open && active > asked && now - asked > limit * 250) { stay(); return; }
  if (rest > warn) return;
  left.textContent = rest > 0 ? `${rest} seconds` : "a moment";
  if (!dialog.open) dialog.showModal();
}

if (limit > warn && dialog) {
  for (const kind of ["keydown", "pointerdown", "input"]) {
    addEventListener(kind, () => { active = Date.now(); }, { passive: true });
  }
  document.addEventListener("htmx:after:request", () => { asked = Date.now(); });
  dialog.addEventListener("close", stay);
  setInterval(look, 1000);
}
