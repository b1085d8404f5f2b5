// Choices with completion are drawn by Django's own script, whose box for typing has no name of its own.
// It draws them when jQuery says that the page is ready, so this waits in the same row.
window.django?.jQuery?.(() => {
  for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = select.nextElementSibling?.querySelector(".select2-search__field");
    if (label && box) {
      box.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
    }
  }
});
