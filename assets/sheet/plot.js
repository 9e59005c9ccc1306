// A Plotly figure, changed in place so that it keeps the reader's zoom. Plotly's script is the Python package's own.

import { make } from "../shared/dom.js";
import { address } from "./place.js";

const CONFIG = { displayModeBar: false, doubleClick: "reset+autosize", responsive: true, showTips: false };
const ZOOMED = { displayModeBar: true, displaylogo: false, modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]] };
let loading;

function plotly(script) {
  loading ??= new Promise((resolve, reject) => {
    const node = document.createElement("script");
    node.src = address(script);
    node.onload = () => resolve(window.Plotly);
    node.onerror = () => {
      loading = undefined;
      reject(new Error("Plotly could not be loaded"));
    };
    document.head.append(node);
  });
  return loading;
}

/** Draw the figure of a block; its page says where Plotly's script is. */
export function plotBlock(node, block, page) {
  const role = block.figure.layout.dragmode ? "group" : "img"; // what can be zoomed has buttons in it
  const root = make("div", "", node, undefined, { role, "data-plot": block.key });
  const probe = make("i", "", node);
  probe.hidden = true;
  let drawing = Promise.resolve();
  let gone = false;
  const draw = async (figure) => {
    const Plotly = await plotly(page.data.plotly);
    if (gone) return;
    styled(root.getRootNode());
    const { data, layout } = coloured(figure, probe);
    const font = { ...layout.font, family: getComputedStyle(root).fontFamily };
    await Plotly.react(root, data, { ...layout, font }, layout.dragmode ? { ...CONFIG, ...ZOOMED } : CONFIG);
    root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
  };
  const update = ({ figure }) => {
    root.style.height = `${figure.layout.height}px`;
    root.setAttribute("aria-label", figure.layout.title.text.replace(/<[^>]*>/g, ""));
    // One after the other, the end too: Plotly is busy with a figure until its promise is kept.
    drawing = drawing.then(() => draw(figure)).catch((error) => console.error(error));
  };
  update(block);
  return {
    update,
    destroy() {
      gone = true;
      drawing.then(() => root.classList.contains("js-plotly-plot") && window.Plotly.purge(root));
    },
  };
}

/** Put colours in the place of their names. */
function coloured(part, probe) {
  if (Array.isArray(part)) return part.map((one) => (typeof one === "number" ? one : coloured(one, probe)));
  if (typeof part === "string") {
    return part.replace(/var\(--[a-z0-9-]+\)/g, (name) => {
      probe.style.color = name;
      return getComputedStyle(probe).color;
    });
  }
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, coloured(one, probe)]));
}

/** Let Plotly's own style sheet, which it puts into the page's head, reach a figure in a shadow tree. */
function styled(tree) {
  if (tree === document || tree.querySelector(".plotly-styles")) return;
  const sheets = [...document.querySelectorAll('style[id^="plotly.js-style"]')];
  const style = document.createElement("style");
  style.className = "plotly-styles";
  style.textContent = sheets.flatMap(({ sheet }) => [...sheet.cssRules].map(({ cssText }) => cssText)).join("\n");
  tree.append(style);
}
