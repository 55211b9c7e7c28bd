// What can be taken away: pictures of the view, and the graph of a selection for other programs.
import { colourOfKind, kindOf, type Theme } from "./colours";
import { KINDS, type Document, type Level } from "./data";
import type { Shown } from "./filter";
import { CURVATURE, type Scene } from "./scene";
import type { State } from "./state";

const SVG = "http://www.w3.org/2000/svg";
const GRAPHML = "http://graphml.graphdrawing.org/xmlns";

export function offer(name: string, content: Blob): void {
  const link = document.createElement("a");
  const address = URL.createObjectURL(content);
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** The view as it stands: sigma's layers over the background. */
export async function png(scene: Scene, theme: Theme): Promise<Blob> {
  const layers = scene.sigma.getCanvases();
  const first = Object.values(layers)[0];
  const canvas = document.createElement("canvas");
  canvas.width = first.width;
  canvas.height = first.height;
  const context = canvas.getContext("2d")!;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  // Drawn anew just before: a WebGL layer is only there until the browser has shown it.
  scene.sigma.refresh();
  for (const name of ["edges", "nodes", "edgeLabels", "labels", "hovers", "hoverNodes"]) {
    if (layers[name]?.width) context.drawImage(layers[name], 0, 0, canvas.width, canvas.height);
  }
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
}

export function svg(scene: Scene, level: Level, state: State, shown: Shown, theme: Theme): Blob {
  const { width, height } = scene.sigma.getDimensions();
  const picture = document.implementation.createDocument(SVG, "svg");
  const root = picture.documentElement;
  const add = (parent: Element, tag: string, values: Record<string, string | number>, text?: string) => {
    const element = picture.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(typeof value === "number" ? Math.round(value * 100) / 100 : value));
    if (text !== undefined) element.textContent = valid(text);
    parent.append(element);
    return element;
  };
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) root.setAttribute(name, String(value));
  add(root, "title", {}, "Map of a crawl");
  add(root, "rect", { width, height, fill: theme.background });
  const inside = ({ x, y }: { x: number; y: number }, room = 50) => x > -room && y > -room && x < width + room && y < height + room;
  const place = level.x.map((x, node) => scene.sigma.graphToViewport({ x, y: level.y[node] }));
  const drawn = level.x.map((_, node) => (shown.nodes[node] ? scene.sigma.getNodeDisplayData(String(node)) : undefined));
  const lines = add(root, "g", { fill: "none" });
  for (let edge = 0; edge < level.edges; edge++) {
    const data = shown.edges[edge] ? scene.sigma.getEdgeDisplayData(String(edge)) : undefined;
    if (!data || data.hidden) continue;
    const [from, to] = [place[level.source[edge]], place[level.target[edge]]];
    if (!inside(from) && !inside(to)) continue;
    const radius = scene.sigma.scaleSize(drawn[level.target[edge]]?.size ?? 0);
    // A curve's middle is pulled aside by its share of the length; its end points along the line from there.
    const bend = data.type === "curve" ? CURVATURE : 0;
    const middle = { x: (from.x + to.x) / 2 + (to.y - from.y) * bend, y: (from.y + to.y) / 2 - (to.x - from.x) * bend };
    const length = Math.hypot(to.x - middle.x, to.y - middle.y) || 1;
    const [dx, dy] = [(to.x - middle.x) / length, (to.y - middle.y) / length];
    const [x, y] = [to.x - dx * radius, to.y - dy * radius];
    const colour = colourOfKind(kindOf(level, state, edge), theme);
    const opacity = Number.parseInt(data.color.slice(7), 16) / 255;
    add(lines, "path", {
      d: `M${from.x.toFixed(1)} ${from.y.toFixed(1)}Q${middle.x.toFixed(1)} ${middle.y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}M${(x - dx * 5 - dy * 2.5).toFixed(1)} ${(y - dy * 5 + dx * 2.5).toFixed(1)}L${x.toFixed(1)} ${y.toFixed(1)}L${(x - dx * 5 + dy * 2.5).toFixed(1)} ${(y - dy * 5 - dx * 2.5).toFixed(1)}`,
      stroke: colour,
      "stroke-opacity": opacity,
      "stroke-width": Math.max(0.8, scene.sigma.scaleSize(data.size)),
    });
  }
  const discs = add(root, "g", { stroke: theme.background, "stroke-width": 0.5 });
  drawn.forEach((data, node) => {
    if (!data || data.hidden || !inside(place[node])) return;
    const disc = add(discs, "circle", { cx: place[node].x, cy: place[node].y, r: scene.sigma.scaleSize(data.size), fill: data.color });
    const title = picture.createElementNS(SVG, "title");
    title.textContent = valid(level.label[node]);
    disc.append(title);
  });
  const labels = add(root, "g", { "font-family": "system-ui, sans-serif", "font-size": 12, "text-anchor": "middle", fill: theme.text, stroke: theme.background, "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" });
  for (const node of scene.labelled) {
    const data = drawn[node];
    if (data?.label) add(labels, "text", { x: place[node].x, y: place[node].y + scene.sigma.scaleSize(data.size) + 14 }, data.label);
  }
  return new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" });
}

/** The edges among some nodes, by number. */
function among(level: Level, shown: Shown, nodes: number[]): number[] {
  const own = new Set(nodes);
  const edges: number[] = [];
  for (let edge = 0; edge < level.edges; edge++) {
    if (shown.edges[edge] && own.has(level.source[edge]) && own.has(level.target[edge])) edges.push(edge);
  }
  return edges;
}

function urlOf(given: Document, level: Level, node: number): string {
  return level.name === "site" ? "" : given.pages.url[level.page[node]];
}

export function graphml(given: Document, level: Level, shown: Shown, nodes: number[]): Blob {
  const file = document.implementation.createDocument(GRAPHML, "graphml");
  const add = (parent: Element, tag: string, values: Record<string, string>) => {
    const element = file.createElementNS(GRAPHML, tag);
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, valid(value));
    parent.append(element);
    return element;
  };
  const root = file.documentElement;
  const measures = Object.keys(level.measures);
  const texts = ["label", "site", "url", "published", "state"];
  const keys = (domain: string, names: string[], type: string) => {
    for (const name of names) add(root, "key", { id: `${domain[0]}_${name}`, for: domain, "attr.name": name, "attr.type": type });
  };
  keys("node", texts, "string");
  keys("node", ["depth"], "int");
  keys("node", ["x", "y", "size"], "float");
  keys("node", measures, "double");
  keys("edge", ["weight"], "double");
  keys("edge", [...KINDS], "int");
  const graph = add(root, "graph", { id: "selection", edgedefault: "directed" });
  const data = (parent: Element, key: string, value: string | number | null) => {
    if (value === null || value === "") return;
    add(parent, "data", { key }).textContent = valid(String(value));
  };
  for (const node of nodes) {
    const element = add(graph, "node", { id: level.id[node] });
    data(element, "n_label", level.label[node]);
    data(element, "n_site", level.site[node]);
    data(element, "n_url", urlOf(given, level, node));
    data(element, "n_published", level.date[node]);
    data(element, "n_state", level.state[node]);
    data(element, "n_depth", level.depth[node]);
    data(element, "n_x", level.x[node]);
    data(element, "n_y", level.y[node]);
    data(element, "n_size", level.size[node]);
    for (const name of measures) data(element, `n_${name}`, level.measures[name][node]);
  }
  for (const edge of among(level, shown, nodes)) {
    const element = add(graph, "edge", { source: level.id[level.source[edge]], target: level.id[level.target[edge]] });
    data(element, "e_weight", level.total[edge]);
    for (const kind of KINDS) data(element, `e_${kind}`, level.links[kind][edge]);
  }
  return new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(file)], { type: "application/xml" });
}

export function nodesCsv(given: Document, level: Level, nodes: number[]): Blob {
  const measures = Object.keys(level.measures);
  const rows: (string | number | null)[][] = [["id", "label", "site", "url", "published", "state", "depth", ...measures]];
  for (const node of nodes) {
    rows.push([level.id[node], level.label[node], level.site[node], urlOf(given, level, node), level.date[node], level.state[node], level.depth[node], ...measures.map((name) => level.measures[name][node])]);
  }
  return csv(rows);
}

export function edgesCsv(level: Level, shown: Shown, nodes: number[]): Blob {
  const rows: (string | number | null)[][] = [["source", "target", "weight", ...KINDS, "best_position"]];
  for (const edge of among(level, shown, nodes)) {
    rows.push([level.id[level.source[edge]], level.id[level.target[edge]], level.total[edge], ...KINDS.map((kind) => level.links[kind][edge]), level.position[edge]]);
  }
  return csv(rows);
}

function csv(rows: (string | number | null)[][]): Blob {
  return new Blob([rows.map((row) => row.map(field).join(",") + "\r\n").join("")], { type: "text/csv;charset=utf-8" });
}

/** A field; text that a spreadsheet would take for a formula gets an apostrophe in front, as in the crawler's tables. */
function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const plain = valid(value);
  const text = /^[=+\-@\t\r＝＋－＠']/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text without what XML 1.0 cannot hold, nor halves of pairs. */
function valid(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g, "");
}
