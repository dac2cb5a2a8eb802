// Sign with a finger: what is drawn goes into the form as the points of lines, in a box of 600 × 200.
"use strict";
(() => {
  const pad = document.querySelector("[data-signature]");
  if (!pad) return;
  const field = document.querySelector("input[name=drawn]");
  const line = pad.querySelector("path");
  const MOST = 4000; // characters, as the server takes
  let drawing = false;
  pad.style.touchAction = "none"; // a finger draws here, and scrolls elsewhere
  pad.closest("[hidden]").hidden = false;

  const at = (event) => {
    const box = pad.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * 600);
    const y = Math.round(((event.clientY - box.top) / box.height) * 200);
    return `${Math.min(Math.max(x, 0), 600)} ${Math.min(Math.max(y, 0), 200)}`;
  };
  const add = (letter, event) => {
    const next = `${field.value}${letter}${at(event)}`;
    if (next.length > MOST) return;
    field.value = next;
    line.setAttribute("d", next);
  };
  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    drawing = true;
    pad.setPointerCapture(event.pointerId);
    add("M", event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (drawing) add("L", event);
  });
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => (drawing = false));
  document.querySelector("[data-signature-again]").addEventListener("click", () => {
    field.value = "";
    line.setAttribute("d", "");
  });
})();
