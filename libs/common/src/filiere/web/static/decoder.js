// Reads codes out of the camera's pictures, where the browser has no BarcodeDetector. A worker: its own answer allows it
// to compile WebAssembly (assets.py), so that no page must; and a picture is read while the page goes on.
"use strict";
importScripts("vendor/zxing_reader.js");
const { readBarcodes, prepareZXingModule } = ZXingWASM;
prepareZXingModule({ overrides: { locateFile: () => new URL("vendor/zxing_reader.wasm", self.location.href).href } });
// Our labels, and what makers print serials in.
const OPTIONS = { formats: ["QRCode", "Code128", "Code39", "DataMatrix"], tryHarder: true, maxNumberOfSymbols: 1 };
self.addEventListener("message", async ({ data }) => {
  try {
    const [code] = await readBarcodes(data, OPTIONS);
    self.postMessage({ text: code?.isValid ? code.text : "" });
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
});
