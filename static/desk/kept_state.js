// What the bar says of a text that is being written, who else is here, and whether somebody saved meanwhile.

const bar = document.querySelector("[data-bar-state]");
const part = (name) => document.querySelector(`[data-keep-${name}]`);
let last = "";

function link(text, url) {
  const to = document.createElement("a");
  Object.assign(to, { textContent: text, href: url, target: "_blank", rel: "noopener" });
  return to;
}

// `kind` is "unsaved", "kept" (with the server's clock) or a trouble. Every word is seen at once; who listens is told
// of a trouble and of its end, not of each pause in typing.
export function show(kind, words, { clock = "", sentence = "", login = "", isHere = true } = {}) {
  if (!bar) return;
  bar.setAttribute("aria-live", "off");
  const said = {
    unsaved: bar.dataset.unsaved,
    kept: words.kept.replace("%s", clock),
    held: isHere ? words.held : words.nowhere,
    silent: isHere ? words.here : words.nowhere,
    signedOut: isHere ? words.signedOut : words.signedOutNowhere,
    somebodyElse: isHere ? words.somebodyElse : words.nowhere,
    forbidden: words.forbidden,
    refused: sentence || words.tooLarge,
  }[kind];
  const isTrouble = kind !== "kept" && kind !== "unsaved";
  if (bar.textContent.trim() !== said || kind === "signedOut") {
    bar.replaceChildren(said, ...(kind === "signedOut" ? [" ", link(words.signIn, login)] : []));
  }
  bar.classList.add("is-unsaved");
  bar.dataset.keepState = kind;
  const announced = isTrouble ? said : last && kind === "kept" ? said : null;
  if (announced !== null && announced !== last) part("said").textContent = announced;
  if (isTrouble) last = said;
  else if (kind === "kept") last = "";
}

function fill(place, text) {
  if (!place || place.textContent === text) return;
  place.hidden = !text;
  place.textContent = text;
}

export function showOthers(others, words) {
  const lines = others.map(({ name, since, is_you: isYou }) => {
    const who = isYou ? words.alsoYours : words.alsoOpen.replace("%s", () => name);
    return `${who} (${words.openSince.replace("%s", () => since)}).`;
  });
  fill(part("others"), lines.join(" "));
}

export function showChanged(sentence) {
  fill(part("changed"), sentence);
}
