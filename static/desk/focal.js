// What must stay visible when a picture is cropped: set by a tap or by numbers, shown as three crops.

const boxOf = (element) => element.closest("[data-focal-box]");

function field(box, axis) {
  return box.querySelector(`[name$='focal_${axis}']`);
}

// In per cent; null while nothing was chosen and the picture has no point of its own.
function point(box, axis) {
  const typed = field(box, axis)?.value;
  if (typed) return Math.min(100, Math.max(0, Number(typed)));
  return box.dataset[`focal${axis.toUpperCase()}`] ? Number(box.dataset[`focal${axis.toUpperCase()}`]) : null;
}

// Where a crop of that many parts of the picture lies: its middle on the point, inside the picture.
function share(middle, part) {
  if (part >= 1) return 50;
  const start = Math.min(1 - part, Math.max(0, middle / 100 - part / 2));
  return (start / (1 - part)) * 100;
}

function showCrops(box, image) {
  const list = box.querySelector("[data-crops-list]");
  if (!list) return;
  const isAsked = box.querySelector("details")?.open || field(box, "x")?.value;
  list.hidden = image.hidden || !image.naturalWidth || !isAsked;
  if (list.hidden) return;
  const ratio = image.naturalWidth / image.naturalHeight;
  for (const crop of list.querySelectorAll("[data-crop]")) {
    const wanted = Number(crop.dataset.crop);
    const picture = crop.querySelector("img");
    if (picture.getAttribute("src") !== image.getAttribute("src")) picture.src = image.src;
    const left = share(point(box, "x") ?? 50, wanted / ratio);
    const top = share(point(box, "y") ?? 50, ratio / wanted);
    picture.style.objectPosition = `${left}% ${top}%`;
  }
}

// Draw mark and crops of a box anew, after its picture or its point has changed.
export function showFocal(box) {
  const image = box?.querySelector("[data-focal] img");
  const mark = box?.querySelector("[data-focal-mark]");
  if (!image || !mark) return;
  const [x, y] = [point(box, "x"), point(box, "y")];
  mark.hidden = !image.getAttribute("src") || image.hidden || x === null || y === null;
  mark.style.left = `${x}%`;
  mark.style.top = `${y}%`;
  showCrops(box, image);
}

document.addEventListener("click", (event) => {
  const image = event.target.closest?.("[data-focal] img");
  const box = image && boxOf(image);
  if (!box || !field(box, "x")) return;
  const area = image.getBoundingClientRect();
  const per = (at, start, size) =>
    String(Math.min(100, Math.max(0, Math.round(((at - start) / size) * 100))));
  field(box, "x").value = per(event.clientX, area.left, area.width);
  field(box, "y").value = per(event.clientY, area.top, area.height);
  field(box, "y").dispatchEvent(new Event("input", { bubbles: true }));
  showFocal(box);
});

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (/focal_[xy]$/.test(event.target.name || "")) showFocal(boxOf(event.target));
  });
}
// Neither event bubbles.
document.addEventListener("toggle", (event) => showFocal(boxOf(event.target)), true);
document.addEventListener(
  "load",
  (event) => event.target.closest?.("[data-focal]") && showFocal(boxOf(event.target)),
  true,
);
document.querySelectorAll("[data-focal-box]").forEach(showFocal);
