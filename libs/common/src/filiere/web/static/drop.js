// Files dropped on a form: looked at before they are sent, then sent with their progress. Without this file, or where
// the browser lacks something, the ordinary field does it.
"use strict";
(() => {
  if (window.filiereDrops) return;
  window.filiereDrops = true;
  const MOST_FILES = 200;
  const french = document.documentElement.lang !== "en";
  const megabytes = (bytes) => new Intl.NumberFormat(french ? "fr-FR" : "en", { maximumFractionDigits: 1 }).format(Math.max(bytes / 1e6, 0.1));
  const ending = (name) => (name.includes(".") ? name.slice(name.lastIndexOf(".")).toLowerCase() : "");
  const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

  // As `accept` is read by browsers: endings and media types.
  function isTaken(file, kinds) {
    return kinds.some((kind) => kind.startsWith(".") ? ending(file.name) === kind : kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind);
  }

  // What is wrong with these files, in a sentence; empty when nothing is.
  function fault(zone, input, files) {
    const says = zone.dataset, kinds = input.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
    const together = says.together.split(",").filter(Boolean);
    if (files.length > 1 && !input.multiple) return says.single;
    if (files.length > MOST_FILES) return says.many;
    for (const file of files) {
      const about = { name: file.name, size: megabytes(file.size) };
      if (kinds.length && !isTaken(file, kinds)) return filled(says.kind, about);
      if (file.size === 0) return filled(says.empty, about);
      if (file.size > Number(says.most)) return filled(says.large, about);
      if (files.length > 1 && together.length && !together.includes(ending(file.name))) return filled(says.apart, about);
    }
    const total = files.reduce((sum, file) => sum + file.size, 0);
    return total > Number(says.room) ? filled(says.heavy, { size: megabytes(total) }) : "";
  }

  function say(zone, input, sentence) {
    const error = zone.querySelector(".error");
    error.querySelector("[data-said]").textContent = sentence;
    error.hidden = !sentence;
    sentence ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  }

  function list(zone, files) {
    const chosen = zone.querySelector("[data-chosen]");
    chosen.replaceChildren(...files.slice(0, 8).map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} · ${megabytes(file.size)} ${french ? "Mo" : "MB"}`;
      return line;
    }));
    if (files.length > 8) chosen.append(Object.assign(document.createElement("li"), { textContent: `+ ${files.length - 8}` }));
    chosen.hidden = !files.length;
  }

  function look(zone, input) {
    const files = [...input.files];
    list(zone, files);
    const wrong = fault(zone, input, files);
    say(zone, input, wrong);
    return wrong;
  }

  // The answer takes the place of the page, under the address where it came from, as after an ordinary form.
  function show(request) {
    if (request.responseURL && request.responseURL !== location.href) history.pushState(null, "", request.responseURL);
    delete window.filiereDrops;  // the window stays, its listeners do not
    document.open();
    document.write(request.responseText);
    document.close();
    window.addEventListener("popstate", () => location.reload());
  }

  function send(form, zone, input, button) {
    const request = new XMLHttpRequest(), data = new FormData(form, button || undefined);
    const sending = zone.querySelector("[data-progress]"), bar = sending.querySelector("progress"), words = sending.querySelector("[role=status]");
    const buttons = form.querySelectorAll("button");
    const failed = () => {
      sending.hidden = true;
      buttons.forEach((one) => { one.disabled = false; });
      say(zone, input, zone.dataset.failed);
    };
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const share = Math.floor((100 * event.loaded) / event.total);
      bar.value = share;
      words.textContent = share < 100 ? filled(zone.dataset.sending, { share }) : zone.dataset.arrived;
    });
    request.addEventListener("load", () => ((request.getResponseHeader("Content-Type") || "").startsWith("text/html") ? show(request) : failed()));
    request.addEventListener("error", failed);
    request.addEventListener("abort", failed);
    sending.hidden = false;
    bar.value = 0;
    words.textContent = filled(zone.dataset.sending, { share: 0 });
    buttons.forEach((one) => { one.disabled = true; });
    request.send(data);
  }

  function dress(zone) {
    const input = zone.querySelector("input[type=file]"), form = input.form;
    zone.querySelector("[data-words]").hidden = false;
    zone.addEventListener("dragover", (event) => { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; zone.classList.add("over"); });
    zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("over"); });
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      const dropped = event.dataTransfer;
      const folder = [...(dropped.items || [])].map((item) => item.webkitGetAsEntry?.()).find((entry) => entry?.isDirectory);
      if (folder) { say(zone, input, filled(zone.dataset.folder, { name: folder.name })); return; }
      if (!dropped.files.length) return;
      if (dropped.files.length > 1 && !input.multiple) { say(zone, input, zone.dataset.single); return; }
      input.files = dropped.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    });
    input.addEventListener("change", () => look(zone, input));
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !input.files.length) return;
      event.preventDefault();
      if (look(zone, input)) { input.focus(); return; }
      send(form, zone, input, event.submitter);
    });
  }

  // A file that misses its place would otherwise be opened in the place of the page, and what was typed be lost.
  for (const kind of ["dragover", "drop"])
    window.addEventListener(kind, (event) => { if ([...(event.dataTransfer?.types || [])].includes("Files")) event.preventDefault(); });
  document.querySelectorAll("[data-drop]").forEach(dress);
})();
