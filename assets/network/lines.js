// Lines over the columns: from the cells that the open number was made from, and along the path that led to it.

const SVG = "http://www.w3.org/2000/svg";
const MOST = 40;

export function makeLines(parent) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "lines");
  svg.setAttribute("aria-hidden", "true");
  parent.append(svg);
  return svg;
}

/**
 * Draw a line for each pair of elements, from the right of the first to the left of the second; of a pair of
 * class "up", from the top of the first to the bottom of the second.
 */
export function drawLines(svg, pairs) {
  const box = svg.parentElement.getBoundingClientRect();
  svg.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`); // of the screen, also where the page is magnified
  svg.replaceChildren(
    ...pairs.slice(0, MOST).map(([from, to, className]) => {
      const a = from.getBoundingClientRect();
      const b = to.getBoundingClientRect();
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", className);
      path.setAttribute("d", className.includes("up") ? upwards(a, b, box) : across(a, b, box));
      return path;
    }),
  );
}

function across(a, b, box) {
  const [x1, y1] = [a.right - box.left, a.top + a.height / 2 - box.top];
  const [x2, y2] = [b.left - box.left, b.top + b.height / 2 - box.top];
  const bend = Math.max(6, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function upwards(a, b, box) {
  const [x1, y1] = [a.left + a.width / 2 - box.left, a.top - box.top];
  const [x2, y2] = [b.left + b.width / 2 - box.left, b.bottom - box.top];
  const bend = Math.max(6, (y1 - y2) / 2);
  return `M${x1} ${y1}C${x1} ${y1 - bend} ${x2} ${y2 + bend} ${x2} ${y2}`;
}
