// The bar under the story: it says when something typed is not saved yet, and the browser asks
// before that is left behind.

const form = document.getElementById("article_form");
const state = document.querySelector("[data-bar-state]");
let isDirty = false;

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
    isDirty = false;
    // A second tap on a slow line must not send the story twice.
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
}

// After an error the first field that has one comes into view.
document.querySelector(".errorlist")?.closest(".form-row, .card, .rows")?.scrollIntoView({ block: "center" });
for (const list of document.querySelectorAll(".errorlist")) {
  const folded = list.closest("details");
  if (folded) folded.open = true;
}
