// A photo is made smaller before it is sent, and sent as soon as it is taken. Without this file, or where the browser cannot,
// it goes as it is, by its button.
"use strict";
(() => {
  const LONGEST = 1600;
  document.querySelectorAll("[data-photos] input[type=file]").forEach((input) => input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
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
    input.form.requestSubmit();
  }));
})();
