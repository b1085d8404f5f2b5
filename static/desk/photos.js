// Photos of a story: several at once, a preview before they are sent, the focal point by a tap.

function preview(row, file) {
  const image = row.querySelector("[data-focal] img");
  const name = row.querySelector("[data-photo-name]");
  name.textContent = file.name;
  name.hidden = false;
  image.hidden = false;
  // Not every browser draws what a phone takes (HEIC): the name says which file it is.
  image.onerror = () => {
    image.hidden = true;
  };
  image.onload = () => {
    name.hidden = true;
    URL.revokeObjectURL(image.src);
  };
  image.src = URL.createObjectURL(file);
  row.querySelector("[data-photo-library]")?.setAttribute("hidden", "");
}

function give(row, file) {
  const input = row.querySelector("input[type=file]");
  const holder = new DataTransfer();
  holder.items.add(file);
  input.files = holder.files;
  row.querySelector("[data-photo-file]").classList.add("is-filled");
  preview(row, file);
}

document.addEventListener("change", (event) => {
  const many = event.target.closest?.("[data-rows-files]");
  if (many) {
    const group = many.closest("[data-rows]");
    for (const file of many.files) {
      group.querySelector("[data-rows-add]").click();
      give(group.querySelector("[data-rows-list] > [data-row]:last-of-type"), file);
    }
    many.value = "";
    return;
  }
  const row = event.target.closest?.("[data-row]");
  if (row && event.target.type === "file" && event.target.files.length) {
    preview(row, event.target.files[0]);
  }
  if (row && /-focal_[xy]$/.test(event.target.name || "")) showMark(row);
});

function focal(row, axis) {
  return row.querySelector(`[name$='-focal_${axis}']`);
}

function showMark(row) {
  const mark = row.querySelector("[data-focal-mark]");
  const image = row.querySelector("[data-focal] img");
  if (!mark || !focal(row, "x")) return;
  mark.hidden = !image.getAttribute("src") || image.hidden || focal(row, "x").value === "";
  mark.style.left = `${focal(row, "x").value}%`;
  mark.style.top = `${focal(row, "y").value}%`;
}

document.addEventListener("click", (event) => {
  const image = event.target.closest?.("[data-focal] img");
  const row = image?.closest("[data-row]");
  if (!row || !focal(row, "x")) return;
  const area = image.getBoundingClientRect();
  const share = (at, start, size) =>
    String(Math.min(100, Math.max(0, Math.round(((at - start) / size) * 100))));
  focal(row, "x").value = share(event.clientX, area.left, area.width);
  focal(row, "y").value = share(event.clientY, area.top, area.height);
  focal(row, "y").dispatchEvent(new Event("input", { bubbles: true }));
  showMark(row);
});

document.querySelectorAll("[data-rows='article_photos'] [data-row]").forEach(showMark);
