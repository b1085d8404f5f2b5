// The bar under the story: it says when something typed is not saved yet, and the browser asks
// before that is left behind.

const form = document.getElementById("article_form");
const state = document.querySelector("[data-bar-state]");
// A line that takes longer than this has most likely given up: the button works again.
const LOCKED_FOR = 12_000;
let isDirty = false;
let unlocking = 0;

function unlock() {
  clearTimeout(unlocking);
  delete form.dataset.sent;
}

function soil() {
  if (isDirty || !state) return;
  isDirty = true;
  state.textContent = state.dataset.unsaved;
  state.classList.add("is-unsaved");
}

if (form && form.querySelector("[name=_save]")) {
  form.addEventListener("input", soil);
  form.addEventListener("change", soil);
  form.addEventListener("rows:changed", soil);
  form.addEventListener("submit", (event) => {
    // A look in another tab sends nothing that is saved: the typing goes on here.
    if (event.submitter?.formTarget === "_blank") return;
    // A second tap on a slow line must not send the story twice. What was typed counts as
    // unsaved until the next page is here: the sending may fail or be stopped.
    // What opens in a window of its own, such as a preview, saves nothing and locks nothing.
    if ((event.submitter?.formTarget || "_self") !== "_self") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    unlocking = setTimeout(unlock, LOCKED_FOR);
  });
  window.addEventListener("pageshow", unlock);
  window.addEventListener("beforeunload", (event) => {
    if (isDirty && !form.dataset.sent) event.preventDefault();
  });
}

// After an error the first field that has one comes into view.
document.querySelector(".errorlist")?.closest(".form-row, .card, .rows")?.scrollIntoView({ block: "center" });
for (const list of document.querySelectorAll(".errorlist")) {
  const folded = list.closest("details");
  if (folded) folded.open = true;
}
