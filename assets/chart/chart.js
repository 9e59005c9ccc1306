// A Plotly figure that is changed in place, so that it does not flicker and keeps the reader's zoom while it grows.

const state = new WeakMap();
let loading;

function plotly(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(address, document.baseURI);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = undefined;
      reject(new Error("Plotly could not be loaded"));
    };
    document.head.append(script);
  });
  return loading;
}

async function draw(here) {
  const Plotly = await plotly(here.data.plotly);
  if (here.gone) return;
  const { data, layout } = here.data.figure;
  const font = { ...layout.font, family: getComputedStyle(here.root).fontFamily };
  await Plotly.react(here.root, data, { ...layout, font }, here.data.config);
  here.root.dataset.drawn = here.data.number;
}

export default function ({ data, parentElement }) {
  let here = state.get(parentElement);
  if (!here) {
    const root = document.createElement("div");
    parentElement.append(root);
    here = { root, gone: false };
    state.set(parentElement, here);
  }
  here.data = data;
  here.root.style.height = data.height;
  here.root.setAttribute("aria-label", data.alt);
  here.root.setAttribute("role", "img");
  // One after the other, the end too: Plotly is busy with a figure until its promise is kept.
  here.drawing = (here.drawing ?? Promise.resolve()).then(() => draw(here)).catch((error) => console.error(error));
  return () => {
    here.gone = true;
    state.delete(parentElement);
    here.drawing.then(() => {
      if (here.root.classList.contains("js-plotly-plot")) window.Plotly.purge(here.root);
      here.root.remove();
    });
  };
}
