// What is seen of a page around what is to be pressed, and which part of it a picture shows. See guides.py.
(pressed, { frames, width, highest, edge, mark }) => {
  const frame = pressed.closest(frames);
  // Seen is the frame as far as the card of what is pressed goes, whether the picture has room for all of it or not.
  const card = pressed.closest(".card, dialog, header");
  const last = card && frame.contains(card) ? card : frame;
  const isVisible = (one) => {
    if (one.closest(".visually-hidden, [hidden], svg") || !one.checkVisibility({ visibilityProperty: true })) return false;
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };
  const block = (one) => {
    while (one !== frame && getComputedStyle(one).display.startsWith("inline")) one = one.parentElement;
    return one.getBoundingClientRect();
  };
  const value = (field) => {
    if (field.matches("select")) return field.selectedOptions[0]?.text;
    if (field.matches("[type=checkbox], [type=radio]")) return String(field.checked);
    return field.type === "file" ? [...field.files].map((file) => file.name).join(" ") : field.value || field.placeholder;
  };
  const around = frame.getBoundingClientRect();
  const percent = (pixels) => Math.round((pixels / around.width) * 100);
  const lines = [];
  for (const one of [frame, ...frame.querySelectorAll("*")]) {
    if (last.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING && !last.contains(one)) break;
    if (one.matches("option") || !isVisible(one)) continue;
    const isField = one.matches("input, select, textarea");
    const texts = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data);
    const own = texts.join(" ").trim();
    if (!own && !isField) continue;
    const box = block(one);
    const kind = one.tagName.toLowerCase() + (isField && one.type ? `[${one.type}]` : "") + (one.matches(".btn") ? ".btn" : "");
    lines.push([kind, percent(box.left - around.left), percent(box.width), (isField ? value(one) : own) || ""]);
  }

  // As wide as the screen, from the frame's top; what is pressed is on it in any case.
  const here = pressed.getBoundingClientRect(), scrolled = window.scrollY;
  const bottom = Math.min(last.getBoundingClientRect().bottom, here.bottom + 180) + edge;
  let top = Math.max(around.top - edge, bottom - highest);
  if (here.top - 40 < top) top = here.top - 40;
  top = Math.max(-scrolled, top);
  if (mark) {
    document.activeElement?.blur(); // its ring would look like a second thing to press
    const dialog = pressed.closest("dialog"), from = (dialog || document.documentElement).getBoundingClientRect();
    const outline = document.createElement("div");
    outline.id = "what-to-press";
    Object.assign(outline.style, {
      position: "absolute", zIndex: 99, pointerEvents: "none", border: "3px solid #e2572b", borderRadius: "11px",
      boxShadow: "0 0 0 3px #e2572b40",
      left: `${Math.max(2, here.left - 6) - from.left - (dialog?.clientLeft || 0)}px`,
      top: `${here.top - 6 - from.top - (dialog?.clientTop || 0)}px`,
      width: `${Math.min(here.width + 12, width - 6)}px`, height: `${here.height + 12}px`,
    });
    (dialog || document.body).append(outline);
  }
  const name = pressed.labels?.[0]?.innerText || pressed.getAttribute("aria-label") || pressed.innerText || "";
  return {
    lines,
    heading: (document.querySelector("h1")?.innerText || document.title).trim().slice(0, 120),
    pressed: name.trim().replace(/\s+/g, " ").slice(0, 80),
    clip: { x: 0, y: top + scrolled, width, height: Math.min(bottom - top, highest + 60) },
  };
};
