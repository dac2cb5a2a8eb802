// What HTML alone cannot do: dialogs, dismissing, scanning, table keys. Every page works without this file, but for the camera.
"use strict";
(() => {
  const lang = document.documentElement.lang === "en" ? "en" : "fr";
  const words = { fr: { close: "Fermer", camera: "L'appareil photo n'est pas disponible." }, en: { close: "Close", camera: "The camera is not available." } }[lang];

  // Confirm: the disclosure's form is shown in a dialog instead.
  function openConfirm(details) {
    const form = details.querySelector("form");
    const dialog = document.createElement("dialog");
    const title = form.querySelector("h3");
    title.id = title.id || "confirm-" + Math.random().toString(36).slice(2);
    dialog.setAttribute("aria-labelledby", title.id);
    form.classList.remove("panel");
    form.querySelector("[data-close]").hidden = false;
    dialog.append(form);
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      form.classList.add("panel");
      form.querySelector("[data-close]").hidden = true;
      details.append(form);
      dialog.remove();
      details.querySelector("summary").focus();
    });
    dialog.showModal();
  }
  const OPEN = ":is(.who, .chooser, .group)[open]";
  document.addEventListener("click", (event) => {
    const summary = event.target.closest("[data-confirm] > summary");
    if (summary) {
      event.preventDefault();
      openConfirm(summary.parentElement);
      return;
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    if (event.target.matches("dialog")) event.target.close();
    for (const open of document.querySelectorAll(OPEN))
      if (!open.contains(event.target)) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape")
      for (const open of document.querySelectorAll(OPEN)) {
        open.open = false;
        open.querySelector("summary").focus();
      }
  });

  // Live pages: told of a change, the page asks htmx for its parts again, but not under somebody's hands.
  for (const follow of document.querySelectorAll("[data-live]")) {
    let source, soon;
    const parts = (follow.getAttribute("hx-select-oob") || "").split(",");
    const again = () => {
      const hand = document.activeElement;
      if (document.querySelector("dialog[open]") || (hand && hand !== document.body && parts.some((part) => hand.closest(part.trim())))) soon = setTimeout(again, 2000);
      else htmx.trigger(follow, "changed");
    };
    const listen = () => {
      source?.close();
      if (document.hidden) return;
      source = new EventSource(follow.dataset.live);
      source.addEventListener("changed", () => { clearTimeout(soon); soon = setTimeout(again, 200); });
    };
    document.addEventListener("visibilitychange", () => { listen(); if (!document.hidden) again(); });
    listen();
  }

  // Toasts: those of the page, and those an htmx answer sends ({"toast": {"text": …, "kind": …}} in HX-Trigger).
  function dressToast(toast) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", words.close);
    button.addEventListener("click", () => toast.remove());
    toast.append(button);
  }
  document.addEventListener("toast", (event) => {
    const toast = document.createElement("div");
    toast.className = "toast " + (event.detail.kind || "ok");
    const text = document.createElement("span");
    text.textContent = event.detail.text;
    if (event.detail.href) {
      const link = document.createElement("a");
      link.href = event.detail.href;
      link.textContent = event.detail.word;
      text.append(" ", link);
    }
    toast.append(text);
    dressToast(toast);
    document.getElementById("toasts").append(toast);
  });

  // A table pasted into any field of a form of lines goes where tables are read.
  document.addEventListener("paste", (event) => {
    const table = event.target.closest?.("form[data-table]")?.querySelector("textarea[name=table]");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!table || table === event.target || !text.trim().includes("\t")) return;
    event.preventDefault();
    table.closest("details").open = true;
    table.value = text;
    table.focus();
  });

  // Scan: three sounds that gloves cannot miss (new, already here, wrong), and the field always ready for the next label.
  let audio;
  function play(kind) {
    try {
      audio = audio || new AudioContext();
      const tone = (hertz, at, length, shape) => {
        const oscillator = audio.createOscillator(), gain = audio.createGain();
        oscillator.type = shape;
        oscillator.frequency.value = hertz;
        gain.gain.setValueAtTime(0.2, audio.currentTime + at);
        gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + length);
        oscillator.connect(gain).connect(audio.destination);
        oscillator.start(audio.currentTime + at);
        oscillator.stop(audio.currentTime + at + length);
      };
      if (kind === "ok" || kind === "new") { tone(880, 0, 0.12, "sine"); tone(1320, 0.1, 0.16, "sine"); }
      else if (kind === "already") tone(520, 0, 0.18, "triangle");
      else { tone(180, 0, 0.25, "square"); tone(140, 0.28, 0.35, "square"); navigator.vibrate?.([120, 60, 120]); }
    } catch { /* no sound card: the colour and the words remain */ }
  }
  document.addEventListener("sound", (event) => play(event.detail));
  function afterScan(root) {
    root.querySelectorAll("[data-sound]").forEach((mark) => { play(mark.dataset.sound); mark.removeAttribute("data-sound"); });
  }
  // A file that fills its form is read once it is chosen; without script, by the button beside it.
  document.addEventListener("change", (event) => {
    const button = event.target.matches("[data-read]") && document.getElementById(event.target.dataset.read);
    if (button && event.target.value) event.target.form.requestSubmit(button);
  });

  // A scanner presses Enter wherever the focus is: what sells wants a finger, a mouse or the space bar.
  document.addEventListener("keydown", (event) => {
    const button = event.key === "Enter" && event.target.closest?.("[data-no-enter]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.noEnter) document.dispatchEvent(new CustomEvent("toast", { detail: { text: button.dataset.noEnter, kind: "stop" } }));
  });

  // Pressed twice by a nervous hand, such a form is sent once: what answers it is shown only once.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-once]") && !event.target.querySelector("[data-once]")) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));

  function dress(root) {
    root.querySelectorAll(".toast").forEach((toast) => { if (!toast.querySelector("button")) dressToast(toast); });
    root.querySelector("[data-focus]")?.focus();
    afterScan(root);
    root.querySelectorAll("[data-camera]").forEach((button) => {
      if (!navigator.mediaDevices) return;
      button.hidden = false;
      button.addEventListener("click", async () => {
        try { await (await import(button.dataset.camera)).read(button.form); } catch { button.textContent = words.camera; button.disabled = true; }
      });
    });
    // Copy what is shown once; where the browser has no clipboard, the text can be selected.
    root.querySelectorAll("[data-copy]").forEach((button) => {
      if (!navigator.clipboard) return;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.parentElement.querySelector("[data-copied]").hidden = false;
      });
    });
    // Choosing a value filters at once; typing waits for Enter or the button.
    root.querySelectorAll("[data-filters] select").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));
    // Empty filters stay out of the address.
    root.querySelectorAll("[data-filters]").forEach((form) => form.addEventListener("submit", () => {
      const boxes = [...form.querySelectorAll('[name="col"]')];
      const usual = boxes.every((box) => box.checked === box.defaultChecked) && !new URLSearchParams(location.search).has("col");
      for (const field of form.elements) if (field.name && (field.value === "" || (usual && field.name === "col"))) field.disabled = true;
    }));
    // Arrow keys walk through the links of a table's rows.
    root.querySelectorAll("table[data-keys]").forEach((table) => table.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const row = event.target.closest("tbody tr");
      if (!step || !row) return;
      const rows = [...table.querySelectorAll("tbody tr")].filter((each) => each.querySelector("a, button"));
      const next = rows[rows.indexOf(row) + step];
      if (next) { event.preventDefault(); next.querySelector("a, button").focus(); }
    }));
  }
  dress(document);
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("[data-filters] :disabled").forEach((field) => { field.disabled = false; }); });
  document.addEventListener("htmx:afterSwap", (event) => dress(event.detail.target));
})();
