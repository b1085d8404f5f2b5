// A trial reads many comments: the page says so while it waits, and cannot be sent twice.

for (const form of document.querySelectorAll("[data-trial]")) {
  form.addEventListener("submit", () => {
    form.querySelector("[data-working]").hidden = false;
    form.querySelector("button").disabled = true;
  });
  addEventListener("pageshow", () => {
    form.querySelector("[data-working]").hidden = true;
    form.querySelector("button").disabled = false;
  });
}
