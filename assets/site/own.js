// Pictures of the learner's own on the site without a server: files, or the camera's. They stay in the browser.

import { make, makeButton } from "../shared/dom.js";

/**
 * Draw the button behind which they are chosen. own: what the page takes (pages/static/build.py); bring(files, cut): takes
 * their bytes, and may fail with a sentence.
 */
export function ownFiles(root, own, words, bring) {
  const details = make("details", "", root);
  make("summary", "", details, words.own);
  const inside = make("div", "popup", details);
  const cut = own.cuts && choice(inside, own);
  const label = make("label", "files", inside, own.label);
  const input = make("input", "", label, undefined, { type: "file", accept: "image/png,image/jpeg,image/webp" });
  input.multiple = Boolean(own.several);
  const camera = navigator.mediaDevices && makeButton("", inside, words.camera); // none without https
  const view = make("div", "camera", inside);
  const why = make("p", "why", inside, "", { role: "alert" });
  make("p", "caption", inside, words.here);
  let stream;

  const take = async (blobs) => {
    why.textContent = "";
    try {
      const files = await Promise.all([...blobs].map(async (blob) => new Uint8Array(await blob.arrayBuffer())));
      if (files.length) await bring(files, cut?.value ?? "");
      details.open = false;
    } catch (error) {
      why.textContent = error.message;
    }
    input.value = "";
  };
  const dark = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    view.replaceChildren();
  };
  input.onchange = () => take(input.files);
  const light = async () => {
    if (stream) return dark();
    camera.disabled = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: true });
    } catch (error) {
      why.textContent = error.message;
      return undefined;
    } finally {
      camera.disabled = false;
    }
    if (!details.open || !details.isConnected) return dark(); // nobody waits for it any more
    const video = make("video", "", view, undefined, { playsinline: "", muted: "" });
    video.srcObject = stream;
    await video.play();
    makeButton("", view, words.photo).onclick = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      canvas.getContext("2d").drawImage(video, 0, 0);
      canvas.toBlob((blob) => (dark(), take([blob])), "image/png");
    };
    return undefined;
  };
  if (camera) camera.onclick = light;
  details.ontoggle = () => details.open || dark();
  return { destroy: dark };
}

function choice(parent, { cuts, cut, cutLabel, cutHelp }) {
  const label = make("label", "", parent, cutLabel);
  const select = make("select", "", label);
  select.title = cutHelp;
  for (const one of cuts) make("option", "", select, one, { value: one });
  select.value = cut;
  return select;
}
