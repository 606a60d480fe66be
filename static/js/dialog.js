// Dialogs: data-opens names one; the browser gives the focus back when it closes. Without one of that name the link leads
// to the same question as a page.
document.addEventListener("click", (e) => {
  const opener = e.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal && !dialog.open) {
    e.preventDefault();
    opener.closest("details[data-menu]")?.removeAttribute("open");
    dialog.showModal();
    return;
  }
  if (e.target.closest("[data-closes]")) e.target.closest("dialog")?.close();
  // A click on the veil has the dialog itself as its target.
  if (e.target.matches("dialog:modal") && outside(e, e.target)) e.target.close();
});

function outside(e, dialog) {
  const box = dialog.getBoundingClientRect();
  return e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom;
}
