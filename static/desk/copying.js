// A button copies the address that its `data-copy` names. Where the browser does not let it, the address is
// marked, so that the person copies it.

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const says = button.parentElement.querySelector("[data-copied]");
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    says.textContent = button.dataset.done;
  } catch {
    says.textContent = button.dataset.marked;
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
