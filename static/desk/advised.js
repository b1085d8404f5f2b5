// How long a line is while it is typed, and a word when it grows longer than is advised. It stops nobody.

function watch(says) {
  const field = document.getElementById(says.dataset.lengthOf);
  const advised = Number(field.dataset.advised);
  const tell = () => {
    // As the server counts: characters, not the halves of some.
    const length = [...field.value].length;
    const isLong = length > advised;
    says.hidden = false;
    says.textContent = says.dataset[isLong ? "long" : "short"].replace("{length}", length);
    says.classList.toggle("is-long", isLong);
  };
  field.addEventListener("input", tell);
  tell();
}

document.querySelectorAll("[data-length-of]").forEach(watch);
