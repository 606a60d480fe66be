// Shortcuts of one key. Off while typing, and off altogether when the person says so (WCAG 2.1.4).
let waiting = 0;
let going = false;

const off = () => document.cookie.includes("desk_keys=off");
const typing = (el) => el.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range], [type=submit])");
const shown = (el) => el.checkVisibility?.() !== false;
const rows = () => [...document.querySelectorAll("[data-rows] > tbody > tr")].filter((r) => r.querySelector("a, [data-select]"));

function press(el) {
  if (el.matches("textarea, select, input:not([type=radio], [type=checkbox])")) {
    el.focus();
    el.select?.();
  } else {
    el.focus();
    el.click();
  }
}

function move(step) {
  const list = rows();
  if (!list.length) return false;
  const at = list.findIndex((r) => "at" in r.dataset);
  const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  list[at]?.removeAttribute("data-at");
  next.dataset.at = "";
  (next.querySelector("[data-open], a") || next.querySelector("[data-select]")).focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

const act = {
  j: () => move(1),
  k: () => move(-1),
  x() {
    const box = document.querySelector("tr[data-at] [data-select]");
    box?.click();
    return box;
  },
  "?"() {
    document.getElementById("keys")?.showModal();
    return true;
  },
};

document.addEventListener("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
    const search = document.querySelector('[data-key="/"]');
    if (search) { e.preventDefault(); press(search); }
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || e.isComposing || typing(e.target) || off()) return;
  if (document.querySelector("dialog:modal")) return;
  if (going) {
    going = false;
    clearTimeout(waiting);
    const link = document.querySelector(`[data-go="${CSS.escape(e.key)}"]`);
    if (link) { e.preventDefault(); link.click(); }
    return;
  }
  if (e.key === "g") {
    going = true;
    waiting = setTimeout(() => { going = false; }, 1200);
    return;
  }
  const el = [...document.querySelectorAll(`[data-key="${CSS.escape(e.key)}"]`)].find((x) => !x.disabled && (x.type === "radio" || shown(x)));
  if (el) { e.preventDefault(); press(el); }
  else if (act[e.key]?.()) e.preventDefault();
});

const choice = document.querySelector("[data-keys]");
if (choice) choice.checked = !off();
document.addEventListener("change", (e) => {
  if (e.target.matches("[data-keys]")) document.cookie = `desk_keys=${e.target.checked ? "on" : "off"}; path=/; max-age=31536000; samesite=lax`;
});
