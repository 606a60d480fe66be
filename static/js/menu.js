// Menus close when something else is clicked or Escape is pressed, and one at a time is open.
const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (e) => {
  for (const menu of open()) if (!menu.contains(e.target)) menu.open = false;
});

document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
    e.preventDefault();
  }
});

document.addEventListener("focusin", (e) => {
  for (const menu of open()) if (!menu.contains(e.target)) menu.open = false;
});
