// A code is read by the camera into a form that scans. Loaded when somebody opens the camera, by its button.

// What reads a code out of a picture: the browser's own, or a decoder in a worker (0.4 MB) where it has none.
let decoder;
async function reader() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code", "code_128", "code_39", "data_matrix"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue || "";
  }
  decoder ||= new Worker(new URL("decoder.js", import.meta.url));
  const canvas = document.createElement("canvas");
  return (video) => new Promise((resolve, reject) => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const picture = canvas.getContext("2d", { willReadFrequently: true });
    picture.drawImage(video, 0, 0);
    decoder.onmessage = ({ data }) => (data.failed ? reject(data.failed) : resolve(data.text));
    decoder.onerror = reject;
    decoder.postMessage(picture.getImageData(0, 0, canvas.width, canvas.height));
  });
}

export async function read(form) {
  if (form.querySelector("video")) return; // it is open already
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const video = document.createElement("video");
  video.className = "scan-camera";
  video.muted = video.playsInline = true;
  video.srcObject = stream;
  form.append(video);
  const close = () => { stream.getTracks().forEach((track) => track.stop()); video.remove(); };
  try {
    await video.play();
    const look = await reader();
    for (;;) {
      const text = await look(video).catch(() => "");
      if (!video.isConnected) break;
      if (text) {
        // A label's QR code may hold the device's address; its last part is the code.
        form.querySelector(".scan input").value = text.split("/").pop();
        close();
        form.requestSubmit();
        break;
      }
      await new Promise(requestAnimationFrame);
    }
  } catch (error) {
    close();
    throw error;
  }
}
