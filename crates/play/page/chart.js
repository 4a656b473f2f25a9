// Lines over a common axis, as SVG.

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// `lines`: [{ name, points: [[x, y], ..], className }]; y from 0 to `top`, x from 0 to at least `right`.
function drawChart(svg, { title, lines, right, top, tick }) {
  const [width, height, left, below, above, side] = [420, 220, 44, 34, 26, 12];
  const widest = Math.max(right, ...lines.flatMap(({ points }) => points.map(([x]) => x)));
  const x = (value) => left + ((width - left - side) * value) / widest;
  const y = (value) => height - below - ((height - below - above) * Math.min(value, top)) / top;
  const parts = [drawn("text", { x: left, y: 15, class: "title" }, title)];
  for (let step = 0; step <= 4; step++) {
    const value = (top * step) / 4;
    parts.push(drawn("line", { x1: left, x2: width - side, y1: y(value), y2: y(value), class: "grid" }));
    parts.push(drawn("text", { x: left - 6, y: y(value) + 4, class: "tick", "text-anchor": "end" }, tick(value)));
  }
  const apart = [1, 2, 5, 10, 20].find((step) => widest / step <= 6) ?? 50;
  for (let at = 0; at <= widest; at += apart) {
    parts.push(drawn("text", { x: x(at), y: height - below + 16, class: "tick", "text-anchor": "middle" }, String(at)));
  }
  parts.push(drawn("text", { x: width - side, y: height - 3, class: "tick", "text-anchor": "end" }, "passes over the images"));
  lines.forEach(({ name, points, className }, index) => {
    const path = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(" ");
    parts.push(drawn("polyline", { points: path, class: `line ${className}` }));
    const at = width - side - 150 + 80 * index;
    parts.push(drawn("line", { x1: at, x2: at + 18, y1: 11, y2: 11, class: `line ${className}` }));
    parts.push(drawn("text", { x: at + 22, y: 15, class: "tick" }, name));
  });
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(...parts);
}
