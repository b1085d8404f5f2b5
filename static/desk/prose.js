// The text of a story: ProseMirror through the library of django-prose-editor, our own toolbar.
//
// What the editor's schema cannot hold exactly (a picture in a link, two pictures in one figure) is shown as it is and written back as it was: editing one paragraph of
// an imported story loses nothing of the others.

import { insertions, inText } from "./prose_insert.js";
import { hasRaggedTable, intoHolders, outOfHolders, tableExtensions } from "./prose_table.js";

const BLOCKS = "p,h2,h3,blockquote,aside,ul,ol,figure,table,desk-table,pre,hr,desk-kept";
// Attributes that the editor adds, or drops, without a change of meaning.
const NO_MEANING = new Set(["class", "style", "rel", "target", "type", "data-type", "data-file"]);
const DEFAULTS = { colspan: "1", rowspan: "1", start: "1" };

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function serialise(fragment) {
  const holder = document.createElement("div");
  holder.append(fragment.cloneNode(true));
  return holder.innerHTML;
}

// Paragraphs that only exist because the editor wants one in every cell and list item.
function unwrapParagraphs(root) {
  for (const cell of root.querySelectorAll("li, td, th, figcaption")) {
    const [first, ...others] = [...cell.childNodes].filter(
      (node) => node.nodeType !== Node.TEXT_NODE || node.data.trim(),
    );
    const isAlone = others.every((node) => node.matches?.("ul, ol"));
    if (first?.nodeName === "P" && isAlone) first.replaceWith(...first.childNodes);
  }
}

function tidy(html) {
  const root = parse(html);
  for (const kept of root.querySelectorAll("desk-kept")) {
    kept.replaceWith(parse(kept.dataset.html));
  }
  outOfHolders(root);
  for (const element of root.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (NO_MEANING.has(name) || DEFAULTS[name] === value) element.removeAttribute(name);
    }
  }
  unwrapParagraphs(root);
  // The line for a source below a pull quote that has none.
  for (const line of root.querySelectorAll("aside > blockquote + p:last-child")) {
    if (!line.childNodes.length) line.remove();
  }
  // Enter at the end of a text leaves an empty paragraph that nobody means.
  return serialise(root).replace(/(<p><\/p>)+$/, "");
}

// Stored HTML as the editor reads it: tables in holders, and a line for the source below each pull quote.
function forEditor(html) {
  const root = parse(html);
  intoHolders(root);
  for (const quotation of root.querySelectorAll("aside > blockquote:last-child")) {
    quotation.after(document.createElement("p"));
  }
  return serialise(root);
}

// The same contents written the same way, to compare what went in with what would come out.
function canonical(html) {
  const root = parse(tidy(html));
  for (const body of root.querySelectorAll("tbody")) {
    if (body.parentNode.querySelectorAll(":scope > tbody").length === 1) {
      body.replaceWith(...body.childNodes);
    }
  }
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/[ \t\n\r]+/g, " ");
    const inner = [...node.childNodes].map(visit).join("");
    if (node.nodeType !== Node.ELEMENT_NODE) return inner;
    const attributes = [...node.attributes].map((a) => `${a.name}=${a.value}`).sort();
    return `<${[node.nodeName, ...attributes].join(" ")}>${inner}</${node.nodeName}>`;
  };
  return visit(root)
    .replace(/> </g, "><")
    .replace(/(<\/?(?:P|LI|TD|TH|TR|UL|OL|TABLE|THEAD|FIGURE|FIGCAPTION|BLOCKQUOTE)[^>]*>) /g, "$1")
    .replace(/ (<\/?(?:P|LI|TD|TH|TR|UL|OL|TABLE|THEAD|FIGURE|FIGCAPTION|BLOCKQUOTE)[^>]*>)/g, "$1")
    .trim();
}

function extensionsOf(lib, words) {
  const kept = lib.Node.create({
    name: "kept",
    group: "block",
    atom: true,
    draggable: true,
    addAttributes: () => ({
      html: {
        default: "",
        parseHTML: (element) => element.dataset.html,
        renderHTML: ({ html }) => ({ "data-html": html }),
      },
    }),
    parseHTML: () => [{ tag: "desk-kept" }],
    renderHTML: ({ HTMLAttributes }) => ["desk-kept", HTMLAttributes],
    addNodeView:
      () =>
      ({ node }) => {
        const dom = document.createElement("div");
        dom.className = "prose-kept";
        dom.contentEditable = "false";
        dom.dataset.note = words.kept;
        dom.append(parse(node.attrs.html));
        return { dom };
      },
  });
  // Beside the story: with a quotation in it a pull quote, else a box of facts. None stands in another.
  const aside = lib.Node.create({
    name: "aside",
    group: "block",
    content: "(paragraph | heading | blockquote | bulletList | orderedList | tableHolder)+",
    defining: true,
    isolating: true,
    parseHTML: () => [{ tag: "aside" }],
    renderHTML: ({ HTMLAttributes }) => ["aside", HTMLAttributes, 0],
  });
  return [
    lib.Document,
    lib.Paragraph,
    lib.Text,
    lib.Bold,
    lib.Italic,
    lib.Superscript,
    lib.Subscript,
    lib.Code,
    lib.CodeBlock,
    lib.HardBreak,
    lib.HorizontalRule,
    lib.Heading.configure({ levels: [2, 3] }),
    lib.Blockquote,
    lib.BulletList,
    lib.OrderedList,
    lib.ListItem,
    lib.Link.configure({
      openOnClick: false,
      autolink: false,
      enableTarget: false,
      protocols: ["http", "https", "mailto", "tel"],
    }),
    ...tableExtensions(lib, words),
    lib.Image,
    lib.Caption,
    lib.Figure,
    lib.History,
    lib.Dropcursor,
    lib.Gapcursor,
    aside,
    kept,
  ];
}

// The text with everything that the schema would change put into islands.
function withIslands(html, lib, extensions) {
  const root = parse(html);
  const schema = lib.getSchema(extensions);
  const survives = (source) => {
    try {
      const json = lib.generateJSON(forEditor(source), extensions);
      if (hasRaggedTable(schema.nodeFromJSON(json), lib)) return false;
      return canonical(lib.generateHTML(json, extensions)) === canonical(source);
    } catch {
      return false;
    }
  };
  if (survives(html)) return forEditor(html);
  for (const block of [...root.childNodes]) {
    if (block.nodeType !== Node.ELEMENT_NODE || survives(block.outerHTML)) continue;
    // Loose inline text at the top gets its paragraph from the editor; that loses nothing.
    if (!block.matches(BLOCKS) && survives(`<p>${block.outerHTML}</p>`)) continue;
    const island = document.createElement("desk-kept");
    island.dataset.html = block.outerHTML;
    block.replaceWith(island);
  }
  return forEditor(serialise(root));
}

function button(label, title, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.title = title;
  // The text keeps its selection.
  made.addEventListener("pointerdown", (event) => event.preventDefault());
  made.addEventListener("click", run);
  return made;
}

function toolbar(editor, words) {
  const bar = document.createElement("div");
  bar.className = "prose-tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.toolbar);
  const chain = () => inText(editor);
  const tools = [
    ["B", words.bold, "bold", () => chain().toggleBold().run()],
    ["I", words.italic, "italic", () => chain().toggleItalic().run()],
    [words.link, words.link, "link", () => askForLink(editor, bar, words)],
    [words.heading, words.heading, "heading", () => chain().toggleHeading({ level: 2 }).run()],
    [words.quote, words.quote, "blockquote", () => chain().toggleBlockquote().run()],
    [words.list, words.list, "bulletList", () => chain().toggleBulletList().run()],
    [words.insert, words.insert, "", () => more.toggle()],
    [words.undo, words.undo, "", () => chain().undo().run()],
    [words.redo, words.redo, "", () => chain().redo().run()],
  ];
  const buttons = tools.map(([label, title, , run]) => button(label, title, run));
  buttons[0].classList.add("is-bold");
  buttons[1].classList.add("is-italic");
  bar.append(...buttons);
  const more = insertions(editor, bar, buttons.at(-3), words, button);
  const refresh = () => {
    tools.forEach(([, , name], index) => {
      if (name) buttons[index].setAttribute("aria-pressed", String(editor.isActive(name)));
    });
    buttons.at(-2).disabled = !editor.can().undo();
    buttons.at(-1).disabled = !editor.can().redo();
    more.refresh();
  };
  editor.on("transaction", refresh);
  refresh();
  return bar;
}

function askForLink(editor, bar, words) {
  bar.querySelector(".prose-link")?.remove();
  const row = document.createElement("div");
  row.className = "prose-link";
  const input = document.createElement("input");
  input.type = "url";
  input.placeholder = "https://";
  input.setAttribute("aria-label", words.linkAddress);
  input.title = words.linkAddress;
  input.value = editor.getAttributes("link").href || "";
  const apply = () => {
    const typed = input.value.trim();
    const href = !typed || /^(https?:|mailto:|tel:|\/)/.test(typed) ? typed : `https://${typed}`;
    const chain = inText(editor).extendMarkRange("link");
    if (!href) chain.unsetLink().run();
    else if (editor.state.selection.empty && !editor.isActive("link")) {
      chain.insertContent({ type: "text", text: typed, marks: [{ type: "link", attrs: { href } }] }).run();
    } else chain.setLink({ href }).run();
    row.remove();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") apply();
    else if (event.key === "Escape") row.remove();
    else return;
    event.preventDefault();
  });
  row.append(input, button(words.apply, words.apply, apply), button(words.cancel, words.cancel, () => row.remove()));
  bar.append(row);
  input.focus();
}

async function edit(textarea) {
  const lib = await import(textarea.dataset.library);
  const words = JSON.parse(textarea.dataset.prose);
  const extensions = extensionsOf(lib, words);
  const frame = document.createElement("div");
  frame.className = "prose";
  textarea.before(frame);
  // Tab belongs to tables and lists: Escape goes to the line that says so, and the next Tab on from there.
  const help = document.createElement("p");
  help.className = "prose-help";
  help.id = `${textarea.id}_keys`;
  help.tabIndex = -1;
  help.textContent = words.keys;
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  // What the editor last read from the text area, or wrote into it.
  let known = textarea.value;
  const editor = new lib.Editor({
    element: frame,
    // The library would put a <style> into the page, which the policy forbids; see prose.css.
    injectCSS: false,
    extensions,
    content: withIslands(known, lib, extensions),
    editorProps: {
      handleKeyDown: (_view, event) => {
        if (event.key === "Escape") help.focus();
        return false;
      },
      attributes: {
        class: "prose-text",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label?.textContent.trim() || words.text,
        "aria-describedby": help.id,
        lang: "id",
      },
    },
    onUpdate({ editor: changed }) {
      // A text that the browser put back meanwhile is not written over by an older one.
      if (textarea.value !== known) {
        follow();
        return;
      }
      known = tidy(changed.getHTML());
      textarea.value = known;
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  // After "Back" the browser fills the text area late, and keep.js fills it on request.
  function follow() {
    if (textarea.value === known) return;
    known = textarea.value;
    editor.commands.setContent(withIslands(known, lib, extensions), { emitUpdate: false });
  }
  for (const kind of ["input", "change"]) textarea.addEventListener(kind, follow);
  window.addEventListener("pageshow", follow);
  frame.prepend(toolbar(editor, words));
  frame.append(help, textarea);
  label?.addEventListener("click", () => editor.commands.focus());
  follow();
  frame.dataset.ready = "";
}

for (const textarea of document.querySelectorAll("textarea[data-prose]")) {
  // Without the library the text area stays, with the HTML in it: nothing is lost.
  edit(textarea).catch((error) => console.error(error));
}
