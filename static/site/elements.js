// Strips of photos, and what other sites have: comforts for what reads without a script too.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** Previous, next and "2 / 7" for a strip; it scrolls by itself. Returns where it is, and how to go elsewhere. */
function follow(gallery) {
  const strip = gallery.querySelector(".strip");
  const photos = [...strip.children];
  const position = gallery.querySelector("[data-position]");
  const ways = gallery.querySelectorAll("[data-way]");
  let here = 0;
  const say = () => {
    const left = strip.getBoundingClientRect().left;
    const far = photos.map((photo) => Math.abs(photo.getBoundingClientRect().left - left));
    const isAtEnd = strip.scrollLeft + strip.clientWidth >= strip.scrollWidth - 2;
    here = isAtEnd ? photos.length - 1 : far.indexOf(Math.min(...far));
    const words = `${here + 1} / ${photos.length}`;
    if (position.textContent !== words) position.textContent = words;
    for (const way of ways) way.disabled = !photos[here + +way.dataset.way];
  };
  const go = (number, behavior = STILL.matches ? "auto" : "smooth") => {
    const photo = photos[Math.max(0, Math.min(number, photos.length - 1))];
    const by = photo.getBoundingClientRect().left - strip.getBoundingClientRect().left;
    strip.scrollTo({ left: strip.scrollLeft + by, behavior });
  };
  strip.addEventListener("scroll", say, { passive: true });
  strip.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(here + by);
  });
  for (const way of ways) way.addEventListener("click", () => go(here + +way.dataset.way));
  say();
  return { strip, photos, go, here: () => here };
}

/** The same strip over the whole screen. Escape, or the word, closes it; the focus goes back where it was. */
function open(gallery, inPage, number) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "whole" });
  const copy = gallery.cloneNode(true);
  const close = copy.querySelector("[data-whole]");
  close.textContent = gallery.dataset.close;
  for (const source of copy.querySelectorAll("[sizes]")) source.sizes = "100vw";
  for (const link of copy.querySelectorAll(".strip a")) {
    // There the photo is whole already.
    link.removeAttribute("href");
  }
  dialog.setAttribute("aria-label", copy.querySelector(".strip").getAttribute("aria-label"));
  dialog.append(copy);
  document.body.append(dialog);
  dialog.showModal();
  const whole = follow(copy);
  whole.go(number, "auto");
  whole.strip.focus({ preventScroll: true });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    inPage.go(whole.here(), "auto");
    dialog.remove();
  });
}

for (const gallery of document.querySelectorAll("[data-gallery]")) {
  const inPage = follow(gallery);
  gallery.querySelector("[data-whole]").addEventListener("click", () => open(gallery, inPage, inPage.here()));
  inPage.strip.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link?.contains(event.target) || !link.querySelector("img") || !isPlain) return;
    event.preventDefault();
    open(gallery, inPage, inPage.photos.findIndex((photo) => photo.contains(link)));
  });
}

/** Only a tap fetches anything from another site, and it learns the name of ours, not which story is read. */
for (const figure of document.querySelectorAll("[data-embed]")) {
  const room = figure.querySelector(".embed-room");
  room.querySelector("button").addEventListener("click", () => {
    const frame = Object.assign(document.createElement("iframe"), {
      title: figure.dataset.title,
      referrerPolicy: "strict-origin",
      allow: "fullscreen; encrypted-media; picture-in-picture",
    });
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-presentation");
    frame.src = figure.dataset.embed;
    room.classList.add("is-open");
    room.append(frame);
    frame.focus();
  });
}
