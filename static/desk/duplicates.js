// Keys for judging pairs. They work while the focus is on a pair and not in a field, so that no
// single key does anything to somebody who is writing or listening elsewhere on the page.

const pairs = [...document.querySelectorAll("[data-pair]")];

document.documentElement.classList.add("has-js");

function go(pair) {
  if (!pair) return;
  pair.focus({ preventScroll: true });
  pair.scrollIntoView({ block: "nearest" });
}

for (const [place, pair] of pairs.entries()) {
  pair.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
    if (event.key === "j") return go(pairs[place + 1]);
    if (event.key === "k") return go(pairs[place - 1]);
    // Held down, a key would judge pair after pair unseen.
    if (event.repeat) return;
    const button = pair.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  pair.querySelector("form")?.addEventListener("submit", (event) => {
    // Twice pressed is once meant; the button's own value still goes along.
    if (pair.dataset.sent) event.preventDefault();
    pair.dataset.sent = "1";
  });
}
addEventListener("pageshow", () => {
  for (const pair of pairs) delete pair.dataset.sent;
  if (location.hash === "#pairs") go(pairs[0]);
});
