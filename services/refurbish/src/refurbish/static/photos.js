// A photo is made smaller before it is sent, and sent as soon as it is taken; the button is then in the way, for whoever
// presses it after that is asked for a file. Without this file, or where the browser cannot, it goes as it is, by its button.
"use strict";
(() => {
  const LONGEST = 1600;
  document.querySelectorAll("[data-photos]").forEach((form) => {
    const input = form.querySelector("input[type=file]");
    const button = form.querySelector("[type=submit]");
    const word = form.querySelector("[data-sending]");
    let sending = false;
    // What did not get through and came back with the page (Back, no network) is still chosen, and goes by its button.
    const atRest = () => {
      sending = false;
      word.textContent = "";
      button.hidden = !input.files.length;
    };
    window.addEventListener("pageshow", atRest);
    atRest();
    input.addEventListener("click", (event) => { if (sending) event.preventDefault(); });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file || sending) return;
      sending = true;
      button.hidden = true;
      word.textContent = word.dataset.says;
      try {
        const image = await createImageBitmap(file, { imageOrientation: "from-image" });
        const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(image.width * scale);
        canvas.height = Math.round(image.height * scale);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
        if (blob && blob.size < file.size) {
          const smaller = new DataTransfer();
          smaller.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
          input.files = smaller.files;
        }
      } catch { /* the server tells what it cannot take */ }
      form.requestSubmit();
    });
  });
})();
