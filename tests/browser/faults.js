/** What stands in a page that is not ours to run, load or draw: one line for each. `html` null: in the page itself. */
({ html, isLetter, site }) => {
  const DATA = new Set(["application/ld+json", "application/json"]);
  const LEADS = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background", "srcset", "ping"];
  const LOADED = new Set(["img", "source", "video", "audio", "track", "script", "input", "image", "use", "embed"]);
  const wrong = [];
  const own = (address) => /^\/(?!\/)/.test(address) || address.startsWith(`${site}/`) || /^(blob:|data:image\/)/.test(address);
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      const tag = element.localName;
      const say = (what) => wrong.push(`<${tag}> ${what}: ${element.outerHTML.slice(0, 160)}`);
      const given = (name) => element.getAttribute(name);
      if (element.content instanceof DocumentFragment) look(element.content);
      if (tag === "noscript" && element.children.length === 0)
        look(new DOMParser().parseFromString(element.textContent, "text/html"));
      if (tag === "script" && !DATA.has(given("type")) && !/^\/(static|admin\/jsi18n)\//.test(given("src") ?? "")) say("runs");
      if (tag === "style" && !isLetter) say("draws");
      if (["object", "embed", "applet", "frame", "frameset", "portal"].includes(tag)) say("is a frame");
      if (tag === "base" && element.hasAttribute("href")) say("leads");
      if (tag === "meta" && /refresh|set-cookie/i.test(given("http-equiv") ?? "")) say("leads");
      if (tag === "iframe") {
        if (!element.hasAttribute("srcdoc") || /allow-scripts/.test(given("sandbox") ?? "allow-scripts")) say("is a frame");
        look(new DOMParser().parseFromString(given("srcdoc") ?? "", "text/html"));
      }
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on")) say(name);
        if (name === "style" && !isLetter) say("style");
        // As a browser reads an address: without what is below a blank.
        const address = value.replace(/[\u0000-\u0020]/g, "");
        if (LEADS.includes(name) && /^(javascript|vbscript|data):/i.test(address) && !(tag === "img" && html === null)) say(name);
        if ((name === "src" || name === "poster") && LOADED.has(tag) && address && !own(address)) say("loads");
        if (tag === "link" && name === "href" && /stylesheet|preload|icon|prefetch/.test(given("rel") ?? "") && !own(address)) say("loads");
        if ((name === "action" || name === "formaction") && !/^([/?#]|$)/.test(address)) say("sends");
        if ((name === "action" || name === "formaction") && address.startsWith("//")) say("sends");
      }
    }
  };
  look(html === null ? document : new DOMParser().parseFromString(html, "text/html"));
  return wrong;
}
