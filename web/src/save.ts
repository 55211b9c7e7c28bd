// What can be taken away: pictures of the view, and the graph of a selection for other programs.
import { colourOfKind, kindOf, type Theme } from "./colours";
import { KINDS, type Document, type Level } from "./data";
import type { Shown } from "./filter";
import { BADGE, badgeOf, barbs, CURVATURE, type Over, type Scene } from "./scene";
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

/** What stands around a picture that is taken away: what it is, what its colours mean, and where it is from. */
export interface About {
  title: string;
  legend: LegendPart[];
  source: string;
}

export interface LegendPart {
  name: string;
  entries: { colour: string | null; shape: "dot" | "dash" | "ring"; text: string }[];
}

/** For print: the pixels of a screen, three times over. */
const SCALE = 3;
/** Pixels of a side that browsers make. */
const MOST = 12_000;

/** The view as it stands, with its legend and source, large enough for print: the SVG, drawn by the browser. */
export async function png(drawing: Blob): Promise<Blob> {
  const address = URL.createObjectURL(drawing);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    const scale = Math.min(SCALE, MOST / Math.max(image.naturalWidth, image.naturalHeight));
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

const MARGIN = 14;
const ROW = 19;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

export function svg(scene: Scene, level: Level, state: State, shown: Shown, theme: Theme, about: About): Blob {
  const { width, height } = scene.sigma.getDimensions();
  const file = document.implementation.createDocument(SVG, "svg");
  const add = (parent: Element, tag: string, values: Record<string, string | number>, text?: string) => {
    const element = file.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(typeof value === "number" ? Math.round(value * 100) / 100 : value));
    if (text !== undefined) element.textContent = valid(text);
    parent.append(element);
    return element;
  };
  const whole = file.documentElement;
  add(whole, "title", {}, about.title);
  const ground = add(whole, "rect", { width, fill: theme.background });
  const words = add(whole, "g", { "font-family": FONT, fill: theme.text });
  const measure = document.createElement("canvas").getContext("2d")!;
  const fits = (text: string, size: number, weight = 400): string => {
    measure.font = `${weight} ${size}px ${FONT}`;
    let kept = text;
    while (kept.length > 8 && measure.measureText(kept).width > width - 2 * MARGIN) kept = `${kept.slice(0, -5)}…`;
    return kept;
  };
  add(words, "text", { x: MARGIN, y: 26, "font-size": 16, "font-weight": 700 }, fits(about.title, 16, 700));
  const head = 38;
  const root = add(whole, "svg", { y: head, width, height, viewBox: `0 0 ${width} ${height}` });
  const inside = ({ x, y }: { x: number; y: number }, room = 50) => x > -room && y > -room && x < width + room && y < height + room;
  const place = level.x.map((x, node) => scene.sigma.graphToViewport({ x, y: level.y[node] }));
  const drawn = level.x.map((_, node) => (shown.nodes[node] ? scene.sigma.getNodeDisplayData(String(node)) : undefined));
  const lines = add(root, "g", { fill: "none" });
  const numbers: { x: number; y: number; text: string }[] = [];
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
    if (data.label) numbers.push({ x: (from.x + to.x) / 4 + middle.x / 2, y: (from.y + to.y) / 4 + middle.y / 2 + 4, text: data.label });
    const colour = colourOfKind(kindOf(level, state, edge), theme);
    const opacity = Number.parseInt(data.color.slice(7), 16) / 255;
    add(lines, "path", {
      d: `M${from.x.toFixed(1)} ${from.y.toFixed(1)}Q${middle.x.toFixed(1)} ${middle.y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}M${(x - dx * 5 - dy * 2.5).toFixed(1)} ${(y - dy * 5 + dx * 2.5).toFixed(1)}L${x.toFixed(1)} ${y.toFixed(1)}L${(x - dx * 5 + dy * 2.5).toFixed(1)} ${(y - dy * 5 - dx * 2.5).toFixed(1)}`,
      stroke: colour,
      "stroke-opacity": opacity,
      "stroke-width": Math.max(0.5, scene.sigma.scaleSize(data.size)),
    });
  }
  const discs = add(root, "g", { stroke: theme.background, "stroke-width": 0.5 });
  drawn.forEach((data, node) => {
    if (!data || data.hidden || !inside(place[node])) return;
    const disc = add(discs, "circle", { cx: place[node].x, cy: place[node].y, r: scene.sigma.scaleSize(data.size), fill: data.color });
    const title = file.createElementNS(SVG, "title");
    title.textContent = valid(level.label[node]);
    disc.append(title);
  });
  const labels = add(root, "g", { "font-family": FONT, "font-size": 12, "text-anchor": "middle", fill: theme.text, stroke: theme.background, "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" });
  for (const { node, x, y } of scene.labelled) {
    const text = drawn[node]?.label;
    if (text) add(labels, "text", { x, y }, text);
  }
  for (const { x, y, text } of numbers) add(labels, "text", { x, y }, text);
  // The one whose card is open, with its whole title.
  drawn.forEach((data, node) => {
    if (!data?.highlighted) return;
    const { x, y } = place[node];
    const radius = scene.sigma.scaleSize(data.size) + 3;
    add(root, "ellipse", { cx: x, cy: y, rx: radius, ry: radius, fill: "none", stroke: theme.text, "stroke-width": 2.5 });
    const text = fits(level.label[node], 13, 600);
    const half = measure.measureText(text).width / 2 + 4;
    add(root, "text", { x: Math.min(Math.max(x, half), Math.max(half, width - half)), y: y - radius - 6, "font-family": FONT, "font-size": 13, "font-weight": 600, "text-anchor": "middle", fill: theme.text, stroke: theme.background, "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" }, text);
  });
  over(root, scene.over(), theme, add);
  const end = legendBelow(words, about.legend, head + height + 20, width, theme, measure, add);
  add(words, "text", { x: MARGIN, y: end, "font-size": 11.5 }, fits(about.source, 11.5));
  const tall = end + 14;
  ground.setAttribute("height", String(tall));
  for (const [name, value] of Object.entries({ width, height: tall, viewBox: `0 0 ${width} ${tall}` })) whole.setAttribute(name, String(value));
  return new Blob([new XMLSerializer().serializeToString(file)], { type: "image/svg+xml" });
}

type Add = (parent: Element, tag: string, values: Record<string, string | number>, text?: string) => Element;

/** The seeds' rings and the way that is shown. */
function over(root: Element, { rings, lines, steps }: Over, theme: Theme, add: Add): void {
  const ring = (x: number, y: number, radius: number, values: Record<string, string | number>) => add(root, "ellipse", { cx: x, cy: y, rx: radius, ry: radius, ...values });
  const bold = { "font-family": FONT, "font-weight": 700, "text-anchor": "middle" };
  for (const { x, y, radius, name } of rings) {
    ring(x, y, radius + 3, { fill: "none", stroke: theme.text, "stroke-width": 2 });
    if (name && !steps.length) add(root, "text", { ...bold, x, y: y - radius - 7, "font-size": 11, fill: theme.text, stroke: theme.background, "stroke-width": 3, "paint-order": "stroke" }, name);
  }
  for (const line of lines) {
    const [one, other] = barbs(line);
    const points = [[line.x1, line.y1], [line.x2, line.y2], one, [line.x2, line.y2], other].map((point) => point.map((value) => value.toFixed(1)).join(",")).join(" ");
    for (const [colour, thick] of [[theme.background, 7], [theme.text, 3.5]] as const) {
      add(root, "polyline", { points, fill: "none", stroke: colour, "stroke-width": thick, "stroke-linejoin": "round", "stroke-linecap": "round" });
    }
  }
  steps.forEach(({ x, y, radius, colour }, step) => {
    ring(x, y, radius, { fill: colour, stroke: theme.text, "stroke-width": 2 });
    const badge = badgeOf({ x, y, radius });
    ring(badge.x, badge.y, BADGE, { fill: theme.text, stroke: theme.background, "stroke-width": 1.5 });
    add(root, "text", { ...bold, x: badge.x, y: badge.y + 4.2, "font-size": 12, fill: theme.background }, String(step));
  });
}

/** The legend in rows; returns where the next line of text stands. */
function legendBelow(words: Element, legend: LegendPart[], from: number, width: number, theme: Theme, measure: CanvasRenderingContext2D, add: Add): number {
  let y = from;
  for (const { name, entries } of legend) {
    measure.font = `600 12px ${FONT}`;
    add(words, "text", { x: MARGIN, y, "font-size": 12, "font-weight": 600 }, name);
    const start = MARGIN + measure.measureText(name).width + 12;
    let x = start;
    measure.font = `400 12px ${FONT}`;
    for (const { colour, shape, text } of entries) {
      const wide = (colour === null ? 0 : 18) + measure.measureText(text).width + 14;
      if (x + wide > width - MARGIN && x > start) [x, y] = [start, y + ROW];
      if (colour !== null) {
        const flat = shape === "dash";
        add(words, "rect", { x, y: flat ? y - 6 : y - 9, width: flat ? 14 : 10, height: flat ? 4 : 10, rx: flat ? 2 : 5, ...(shape === "ring" ? { fill: "none", stroke: theme.text, "stroke-width": 2 } : { fill: colour }) });
      }
      add(words, "text", { x: x + (colour === null ? 0 : 18), y, "font-size": 12 }, text);
      x += wide;
    }
    y += ROW;
  }
  return y + 2;
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
