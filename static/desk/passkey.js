// The browser's dialogue for a passkey. The challenge stands in the page; the answer goes into the form and is sent.
const form = document.querySelector("[data-passkey]");
const button = form.querySelector("button");
const refused = document.querySelector("[data-passkey-refused]");
const challenge = JSON.parse(document.getElementById("passkey-challenge").textContent);

if (window.PublicKeyCredential && window.webauthnJSON) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    refused.hidden = true;
    try {
      // "create" makes one, "get" shows one.
      const answer = await window.webauthnJSON[form.dataset.passkey](challenge);
      form.elements.answer.value = JSON.stringify(answer);
      form.submit();
    } catch {
      refused.hidden = false;
      button.disabled = false;
    }
  });
}
