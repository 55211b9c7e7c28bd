// The drawing: a level as a graphology graph, drawn by sigma. It decides nothing about what is shown.
import { DirectedGraph } from "graphology";
import { createEdgeCurveProgram } from "@sigma/edge-curve";
import Sigma from "sigma";
import { EdgeArrowProgram } from "sigma/rendering";
import type { NodeHoverDrawingFunction, NodeLabelDrawingFunction } from "sigma/rendering";
import type { CameraState } from "sigma/types";
import { colourOfKind, kindOf, LIGHT, mix, type Theme } from "./colours";
import { isFetched, type Level } from "./data";
import type { Shown } from "./filter";
import type { State } from "./state";

/** Edges from which a picture takes long to draw without a graphics card: then it is moved, not drawn, by panning. */
const MANY_EDGES = 3_000;
/** Edges up to which they are curved, so that the two of a pair that links each other lie apart. */
const CURVED_EDGES = 3_000;
/** Edges up to which each says how many links it is. */
const LABELLED_EDGES = 60;
/** Nodes up to which a level is drawn as a diagram: smaller discs with room for the edges between them. */
const DIAGRAM = 60;
export const CURVATURE = 0.16;
const LABEL = 32;
/** Widest plate of a whole title, and most of its lines. */
const PLATE = 280;
const LINES = 7;
/** Seeds up to which each is named, not only ringed. */
const NAMED_SEEDS = 5;
/** Pixels left free around what is fitted into the picture: labels and buttons stand there. */
const RIM = 50;
/** Least radius of a disc, in pixels, that a label may not cover. */
const SEEN_RADIUS = 3;

export interface Look {
  theme: Theme;
  colour: string[];
  size: number[];
  shown: Shown;
}

/** What is drawn over the discs, in pixels of the picture. */
export interface Over {
  rings: { x: number; y: number; radius: number; name: string }[];
  /** Steps of the way that is shown, each from one disc's rim to the next one's. */
  lines: { x1: number; y1: number; x2: number; y2: number }[];
  steps: { x: number; y: number; radius: number; colour: string }[];
}

export interface Handlers {
  hover: (node: number | null) => void;
  choose: (node: number | null) => void;
}

export class Scene {
  readonly sigma: Sigma;
  private graph = new DirectedGraph();
  private level: Level | null = null;
  private look: Look | null = null;
  private edgeColour: string[] = [];
  /** How much of an edge covers what lies below: the more edges, the less. */
  alpha = 1;
  /** The longer side of the level's picture, in the units of its positions. */
  private extent = 1;
  private box: { x: [number, number]; y: [number, number] } = { x: [0, 1], y: [0, 1] };
  private edgeSize: number[] = [];
  /** Nodes that stand out while all others are dimmed; null if all are alike. */
  private lit: Set<number> | null = null;
  /** The nodes whose edges stand out. */
  private centres = new Set<number>();

  /** Whether the picture is being moved: then no node is pointed at. */
  isPanning = false;
  /** The nodes whose labels are seen. */
  labelled: { node: number; x: number; y: number }[] = [];
  /** Where labels stand in this frame. */
  private taken: Box[] = [];
  /** Where the buttons over the picture stand. */
  private controls: Box[] = [];
  private discs = new Discs();
  /** Whether this frame's labels know what is drawn over the discs. */
  private isReserved = false;
  /** The nodes of the way that is shown, from the seed. */
  way: number[] = [];

  constructor(container: HTMLElement, private readonly handlers: Handlers) {
    this.sigma = new Sigma(this.graph, container, {
      allowInvalidContainer: true,
      defaultEdgeType: "arrow",
      edgeProgramClasses: {
        arrow: EdgeArrowProgram,
        curve: createEdgeCurveProgram({
          defaultCurvature: CURVATURE,
          arrowHead: { extremity: "target", lengthToThicknessRatio: 2.5, widenessToThicknessRatio: 2 },
        }),
      },
      renderEdgeLabels: true,
      edgeLabelSize: 12,
      edgeLabelFont: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
      itemSizesReference: "positions",
      zoomToSizeRatioFunction: (ratio) => ratio,
      minEdgeThickness: 0.9,
      labelFont: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
      labelSize: 12,
      // More than there is room for: which ones cover nothing is seen when they are drawn.
      labelDensity: 3,
      labelGridCellSize: 90,
      labelRenderedSizeThreshold: 5,
      stagePadding: 36,
      zIndex: true,
      minCameraRatio: 0.01,
      maxCameraRatio: 3,
      doubleClickZoomingRatio: 1.8,
      nodeReducer: (key) => this.drawnNode(Number(key)),
      edgeReducer: (key) => this.drawnEdge(Number(key)),
      defaultDrawNodeLabel: this.drawLabel,
      defaultDrawNodeHover: this.drawHover,
    });
    this.sigma.on("beforeRender", () => {
      this.taken = [...this.controls];
      this.labelled = [];
      this.isReserved = false;
    });
    this.sigma.on("afterRender", () => this.drawOver());
    this.sigma.on("resize", () => this.findControls());
    this.sigma.createCanvasContext("way");
    const { labels, way } = this.sigma.getCanvases();
    labels.before(way);
    this.sigma.resize(true);
    for (const name of ["edgeLabels", "way", "labels", "hovers"]) clearsForGood(this.sigma.getCanvases()[name]);
    // The frame around it changes with views and drawers, not only with the window.
    new ResizeObserver(() => {
      const { width, height } = this.sigma.getDimensions();
      if (width !== container.offsetWidth || height !== container.offsetHeight) this.sigma.scheduleRender();
    }).observe(container);
    this.sigma.on("enterNode", ({ node }) => this.isPanning || handlers.hover(Number(node)));
    this.sigma.on("leaveNode", () => handlers.hover(null));
    this.sigma.getMouseCaptor().on("mouseleave", () => this.leave());
    this.sigma.on("clickNode", ({ node }) => this.isPanning || handlers.choose(Number(node)));
    this.sigma.on("clickStage", () => this.isPanning || handlers.choose(null));
  }

  /** Whether a picture takes long to draw. */
  get isLarge(): boolean {
    return (this.look?.shown.edgeCount ?? 0) > MANY_EDGES;
  }

  open(level: Level): void {
    const graph = new DirectedGraph();
    for (let node = 0; node < level.count; node++) graph.addNode(node, { x: level.x[node], y: level.y[node] });
    for (let edge = 0; edge < level.edges; edge++) graph.addEdgeWithKey(edge, level.source[edge], level.target[edge]);
    this.level = level;
    this.look = null;
    this.lit = null;
    this.centres.clear();
    this.graph = graph;
    // Room for whole discs at the rim.
    const radius = level.size.reduce((most, size) => Math.max(most, size), 0) * shrink(level) * 1.3;
    const [x, y] = [range(level.x, radius), range(level.y, radius)];
    this.extent = Math.max(x[1] - x[0], y[1] - y[0], 1);
    this.box = { x, y };
  }

  paint(look: Look, state: State): void {
    const level = this.level!;
    this.look = look;
    const { shown, theme } = look;
    this.findControls();
    this.discs = new Discs(level, look, shrink(level));
    const alpha = Math.min(0.8, Math.max(0.1, (theme.dark ? 24 : 16) / Math.sqrt(shown.edgeCount + 1)));
    const most = highest(shown.weight);
    this.alpha = alpha;
    this.edgeColour = [];
    this.edgeSize = [];
    for (let edge = 0; edge < level.edges; edge++) {
      this.edgeColour.push(colourOfKind(kindOf(level, state, edge), theme));
      this.edgeSize.push(0.8 + (2.2 * Math.log2(1 + shown.weight[edge])) / Math.log2(1 + most));
    }
    // On few nodes, such as sites, the size of an edge is seen whole; on many it would hide what lies below.
    const unit = this.extent / (isDiagram(level) ? 320 : 1600);
    this.edgeSize = this.edgeSize.map((size) => size * unit);
    const many = shown.edgeCount > MANY_EDGES;
    this.sigma.setSettings({
      labelColor: { color: theme.text },
      edgeLabelColor: { color: theme.text },
      hideEdgesOnMove: many,
      hideLabelsOnMove: many,
    });
    // One pass over all nodes and edges, and one picture: without a graphics card each takes its time.
    if (this.sigma.getGraph() === this.graph) this.sigma.refresh();
    else {
      this.sigma.setCustomBBox(this.box);
      this.sigma.setGraph(this.graph);
    }
  }

  /** Let some nodes stand out with the edges of the first of them; none lets all stand alike. */
  light(lit: Set<number> | null, centres: Iterable<number>): void {
    if (this.mark(lit, centres)) this.sigma.refresh({ skipIndexation: true });
  }

  /** The same, seen when the picture is drawn next; return whether anything changes. */
  mark(lit: Set<number> | null, centres: Iterable<number>): boolean {
    const changes = lit !== null || this.lit !== null;
    this.lit = lit;
    this.centres = new Set(centres);
    return changes;
  }

  goTo(node: number): void {
    const at = this.sigma.getNodeDisplayData(String(node));
    if (!at) return;
    const ratio = Math.min(this.sigma.getCamera().ratio, isDiagram(this.level!) ? 1 : 0.45);
    void this.move({ x: at.x, y: at.y, ratio });
  }

  /** Show some nodes, all of them. */
  fit(nodes: number[]): void {
    const at = nodes.map((node) => this.sigma.getNodeDisplayData(String(node))).filter((data) => data !== undefined);
    if (!at.length) return;
    // Whole discs, not only their middles.
    const ends = (values: number[]) => range(at.flatMap(({ size }, place) => [values[place] - size / this.extent, values[place] + size / this.extent]), 0);
    const [x, y] = [ends(at.map((data) => data.x)), ends(at.map((data) => data.y))];
    const { width, height } = this.sigma.getDimensions();
    const whole = { cameraState: { x: 0.5, y: 0.5, ratio: 1, angle: 0 } };
    const [a, b] = [0, 1].map((value) => this.sigma.framedGraphToViewport({ x: value, y: value }, whole));
    const room = (side: number) => Math.max(side - 2 * RIM, side / 2);
    const needed = Math.max(((x[1] - x[0]) * Math.abs(b.x - a.x)) / room(width), ((y[1] - y[0]) * Math.abs(b.y - a.y)) / room(height));
    // Of few nodes, room for the arrows that bend between them.
    void this.move({ x: (x[0] + x[1]) / 2, y: (y[0] + y[1]) / 2, ratio: Math.max(needed, isDiagram(this.level!) ? 0.7 : 0.15), angle: 0 });
  }

  /** Show all. */
  fitAll(): void {
    void this.move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  zoom(by: number): void {
    const camera = this.sigma.getCamera();
    void this.move({ ratio: camera.getBoundedRatio(camera.ratio / by) }, 150);
  }

  /** Forget the node pointed at: the pointer is gone, or the picture moves away below it. */
  leave(): void {
    const inside = this.sigma as unknown as { hoveredNode: string | null };
    if (inside.hoveredNode !== null) {
      inside.hoveredNode = null;
      this.sigma.scheduleRender();
    }
    this.handlers.hover(null);
  }

  private async move(to: Partial<CameraState>, duration = 350): Promise<void> {
    const camera = this.sigma.getCamera();
    this.leave();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) camera.setState(to);
    else await camera.animate(to, { duration });
    // What was left out while it moved: if it stands where it stood, sigma sees no reason to draw it.
    this.sigma.scheduleRender();
  }

  private drawnNode(node: number) {
    const { level, look } = this;
    const at = { x: level?.x[node] ?? 0, y: level?.y[node] ?? 0 };
    if (!level || !look || !look.shown.nodes[node]) return { ...at, hidden: true };
    const dimmed = this.lit !== null && !this.lit.has(node);
    const centre = this.centres.has(node);
    const colour = look.colour[node];
    const named = isFetched(level, node) || centre || (this.lit !== null && !dimmed && this.lit.size < 40);
    return {
      ...at,
      color: dimmed ? mix(colour, look.theme.background, 0.82) : colour,
      size: look.size[node] * shrink(level),
      label: named && !dimmed ? short(level.label[node]) : null,
      forceLabel: centre,
      highlighted: centre && this.centres.size === 1,
      zIndex: dimmed ? 0 : centre ? 3 : this.lit ? 2 : 1,
    };
  }

  private drawnEdge(edge: number) {
    const { level, look } = this;
    if (!level || !look || !look.shown.edges[edge]) return { hidden: true };
    const { source, target } = level;
    const size = this.edgeSize[edge];
    const type = look.shown.edgeCount > CURVED_EDGES ? "arrow" : "curve";
    const label = look.shown.edgeCount <= LABELLED_EDGES ? String(look.shown.weight[edge]) : null;
    if (this.lit === null) return { type, label, forceLabel: label !== null, color: veil(this.edgeColour[edge], this.alpha), size };
    const own = this.centres.has(source[edge]) || this.centres.has(target[edge]);
    // The way is drawn over the discs.
    if (this.way.length || !own || !this.lit.has(source[edge]) || !this.lit.has(target[edge])) return { hidden: true };
    return { type, label, forceLabel: label !== null, color: veil(this.edgeColour[edge], 0.85), size: size * 1.3, zIndex: 1 };
  }

  /** What lies over the discs: the seeds' rings, and the way that is shown. */
  over(): Over {
    const { level, look } = this;
    const over: Over = { rings: [], lines: [], steps: [] };
    if (!level || !look) return over;
    const at = (node: number) => {
      const data = this.sigma.getNodeDisplayData(String(node))!;
      return { ...this.sigma.framedGraphToViewport(data), radius: data.hidden ? 4 : this.sigma.scaleSize(data.size), colour: look.colour[node] };
    };
    const seeds = this.seeds.filter((node) => look.shown.nodes[node]);
    for (const node of seeds) over.rings.push({ ...at(node), name: seeds.length <= NAMED_SEEDS ? "seed" : "" });
    over.steps = this.way.map(at);
    for (let step = 1; step < over.steps.length; step++) {
      const [from, to] = [over.steps[step - 1], over.steps[step]];
      const length = Math.hypot(to.x - from.x, to.y - from.y);
      if (length <= from.radius + to.radius + 4) continue;
      const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
      over.lines.push({ x1: from.x + dx * from.radius, y1: from.y + dy * from.radius, x2: to.x - dx * (to.radius + 3), y2: to.y - dy * (to.radius + 3) });
    }
    return over;
  }

  private drawOver(): void {
    const context = this.sigma.getCanvases()["way"]?.getContext("2d");
    if (!context || !this.look) return;
    const { width, height } = this.sigma.getDimensions();
    const { theme } = this.look;
    const { labelFont } = this.sigma.getSettings();
    context.clearRect(0, 0, width, height);
    const { rings, lines, steps } = this.over();
    const stroke = (colour: string, thick: number) => {
      context.strokeStyle = colour;
      context.lineWidth = thick;
      context.stroke();
    };
    const disc = (x: number, y: number, radius: number) => {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
    };
    context.lineJoin = context.lineCap = "round";
    context.textAlign = "center";
    for (const { x, y, radius, name } of rings) {
      disc(x, y, radius + 3);
      stroke(theme.background, 4);
      stroke(theme.text, 2);
      // The way's first step is the seed.
      if (!name || steps.length) continue;
      context.font = `700 11px ${labelFont}`;
      context.strokeStyle = theme.background;
      context.lineWidth = 3.5;
      context.strokeText(name, x, y - radius - 7);
      context.fillStyle = theme.text;
      context.fillText(name, x, y - radius - 7);
    }
    for (const line of lines) {
      const path = () => {
        context.beginPath();
        context.moveTo(line.x1, line.y1);
        context.lineTo(line.x2, line.y2);
        for (const [x, y] of barbs(line)) {
          context.moveTo(line.x2, line.y2);
          context.lineTo(x, y);
        }
      };
      path();
      stroke(theme.background, 7);
      path();
      stroke(theme.text, 3.5);
    }
    steps.forEach(({ x, y, radius, colour }, step) => {
      disc(x, y, radius);
      context.fillStyle = colour;
      context.fill();
      stroke(theme.text, 2);
      const badge = badgeOf({ x, y, radius });
      disc(badge.x, badge.y, BADGE);
      context.fillStyle = theme.text;
      context.fill();
      stroke(theme.background, 1.5);
      context.fillStyle = theme.background;
      context.font = `700 12px ${labelFont}`;
      context.fillText(String(step), badge.x, badge.y + 4.2);
    });
    context.textAlign = "start";
  }

  private findControls(): void {
    const stage = this.sigma.getContainer();
    const { left, top } = stage.getBoundingClientRect();
    this.controls = [...stage.parentElement!.querySelectorAll(".zoom, .hint")].map((control) => {
      const box = control.getBoundingClientRect();
      return [box.left - left - 4, box.top - top - 4, box.right - left + 4, box.bottom - top + 4];
    });
  }

  private get seeds(): number[] {
    return this.level?.seeds ?? [];
  }

  /** A label below, above or beside its node: where it covers no other disc or label, nor lies below a button. */
  private drawLabel: NodeLabelDrawingFunction = (context, data, settings) => {
    const text = data.label;
    const node = Number(data.key);
    // The chosen node's label is drawn with its ring.
    if (!text || (this.centres.size === 1 && this.centres.has(node))) return;
    if (!this.isReserved) this.reserve();
    const { width, height } = this.sigma.getDimensions();
    if (data.x < 0 || data.x > width || data.y < 0 || data.y > height) return;
    const theme = this.look?.theme ?? LIGHT;
    context.font = `${settings.labelSize}px ${settings.labelFont}`;
    const half = context.measureText(text).width / 2 + 3;
    const tall = settings.labelSize + 4;
    const gap = data.size + 2;
    const x = width > 2 * half ? Math.min(Math.max(data.x, half), width - half) : data.x;
    const places: [number, number][] = [
      [x, data.y + gap],
      [x, data.y - gap - tall],
      [data.x + gap + 1 + half, data.y - tall / 2],
      [data.x - gap - 1 - half, data.y - tall / 2],
    ];
    // On a narrow picture none of these may be free: above the number of its step, or further below, or pushed aside.
    if (data.forceLabel) {
      const clamped = (middle: number) => (width > 2 * half ? Math.min(Math.max(middle, half), width - half) : middle);
      const tops = [badgeOf({ x: 0, y: data.y, radius: data.size }).y - BADGE - 2 - tall, data.y + gap, data.y + gap + tall, data.y - gap - tall];
      for (const middle of [data.x, data.x - half, data.x + half]) for (const top of tops) places.push([clamped(middle), top]);
    }
    const boxes = places.map(([middle, top]): Box => [middle - half, top, middle + half, top + tall]);
    const free = boxes.filter((box) => box[0] >= 0 && box[2] <= width && box[1] >= 0 && box[3] <= height && !this.taken.some((other) => meet(box, other)));
    const box = free.find((one) => !this.covers(one, node)) ?? (data.forceLabel ? free[0] : undefined);
    if (!box) return;
    this.taken.push(box);
    this.labelled.push({ node, x: (box[0] + box[2]) / 2, y: box[1] + settings.labelSize });
    context.textAlign = "center";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = theme.background;
    context.fillStyle = theme.text;
    context.strokeText(text, (box[0] + box[2]) / 2, box[1] + settings.labelSize);
    context.fillText(text, (box[0] + box[2]) / 2, box[1] + settings.labelSize);
    context.textAlign = "start";
  };

  private reserve(): void {
    this.isReserved = true;
    const { rings, steps } = this.over();
    // While a way is shown, its numbers stand for the seeds' names.
    for (const { x, y, radius, name } of rings) if (name && !steps.length) this.taken.push([x - 16, y - radius - 20, x + 16, y - radius]);
    for (const step of steps) {
      const { x, y } = badgeOf(step);
      this.taken.push([x - BADGE, y - BADGE, x + BADGE, y + BADGE]);
    }
  }

  /** Whether a box of the picture lies over the disc of another node. */
  private covers([left, top, right, bottom]: Box, node: number): boolean {
    const a = this.sigma.viewportToGraph({ x: left, y: bottom });
    const b = this.sigma.viewportToGraph({ x: right, y: top });
    const unit = Math.abs(b.x - a.x) / (right - left);
    return this.discs.meet([Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)], SEEN_RADIUS * unit, (other) => other !== node && (this.lit === null || this.lit.has(other)));
  }

  /** The whole title of a node under the pointer, on a plate within the picture. */
  private drawHover: NodeHoverDrawingFunction = (context, data, settings) => {
    const theme = this.look?.theme ?? LIGHT;
    const size = settings.labelSize + 1;
    context.font = `600 ${size}px ${settings.labelFont}`;
    context.beginPath();
    context.arc(data.x, data.y, data.size + 3, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = theme.text;
    context.stroke();
    const { width: room, height: deep } = this.sigma.getDimensions();
    const lines = wrap(context, this.level?.label[Number(data.key)] ?? "", Math.min(PLATE, room - 24));
    if (!lines.length) return;
    const width = lines.reduce((most, line) => Math.max(most, context.measureText(line).width), 0) + 14;
    const height = lines.length * (size + 4) + 8;
    const gap = data.size + 8;
    const across = Math.max(4, Math.min(data.x - width / 2, room - width - 4));
    const down = Math.max(4, Math.min(data.y - height / 2, deep - height - 4));
    const places: [number, number][] = [
      [data.x + gap, down],
      [data.x - gap - width, down],
      [across, data.y + gap],
      [across, data.y - gap - height],
    ];
    const inside = places.filter(([x, y]) => x >= 4 && y >= 4 && x + width <= room - 4 && y + height <= deep - 4);
    const [left, top] = inside.find(([x, y]) => !this.controls.some((box) => meet([x, y, x + width, y + height], box))) ?? inside[0] ?? [across, down];
    context.fillStyle = theme.background;
    context.globalAlpha = 0.95;
    context.beginPath();
    context.roundRect(left, top, width, height, 5);
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1;
    context.strokeStyle = theme.faint;
    context.stroke();
    context.fillStyle = theme.text;
    lines.forEach((line, place) => context.fillText(line, left + 7, top + 4 + (place + 1) * (size + 4) - 4));
  };
}

/** Left, top, right, bottom. */
type Box = [number, number, number, number];

function meet(one: Box, other: Box): boolean {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

/** The discs shown, by squares of the level's plane: which ones lie in a box is asked for each label. */
class Discs {
  private static readonly side = 80;
  private readonly squares = new Map<string, number[]>();
  private most = 0;

  constructor(
    private readonly level?: Level,
    private readonly look?: Look,
    private readonly scale = 1,
  ) {
    if (!level || !look) return;
    for (let node = 0; node < level.count; node++) {
      if (!look.shown.nodes[node]) continue;
      this.most = Math.max(this.most, look.size[node] * scale);
      const key = this.square(level.x[node], level.y[node]);
      const there = this.squares.get(key);
      if (there) there.push(node);
      else this.squares.set(key, [node]);
    }
  }

  private square(x: number, y: number): string {
    return `${Math.floor(x / Discs.side)} ${Math.floor(y / Discs.side)}`;
  }

  /** Whether a disc of at least some radius meets a box, both in the units of positions. */
  meet([left, low, right, high]: Box, least: number, counts: (node: number) => boolean): boolean {
    const { level, look, most, scale } = this;
    if (!level || !look) return false;
    const { side } = Discs;
    for (let x = Math.floor((left - most) / side); x <= (right + most) / side; x++) {
      for (let y = Math.floor((low - most) / side); y <= (high + most) / side; y++) {
        for (const node of this.squares.get(`${x} ${y}`) ?? []) {
          const radius = look.size[node] * scale;
          if (radius < least || !counts(node)) continue;
          const dx = Math.max(left - level.x[node], 0, level.x[node] - right);
          const dy = Math.max(low - level.y[node], 0, level.y[node] - high);
          if (dx * dx + dy * dy < radius * radius) return true;
        }
      }
    }
    return false;
  }
}

export const BADGE = 9;

/** Where the number of a step stands: at the disc's upper right. */
export function badgeOf({ x, y, radius }: { x: number; y: number; radius: number }): { x: number; y: number } {
  return { x: x + radius * 0.7 + 5, y: y - radius * 0.7 - 5 };
}

/** The two ends of an arrow's head. */
export function barbs({ x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number }): [number, number][] {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [((x2 - x1) / length) * 10, ((y2 - y1) / length) * 10];
  return [
    [x2 - dx - dy * 0.6, y2 - dy + dx * 0.6],
    [x2 - dx + dy * 0.6, y2 - dy - dx * 0.6],
  ];
}

/** A text in lines of some width; words that are longer are cut. */
function wrap(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    for (let rest = word; rest; ) {
      const joined = line ? `${line} ${rest}` : rest;
      if (context.measureText(joined).width <= width) {
        line = joined;
        break;
      }
      if (line) {
        lines.push(line);
        line = "";
        continue;
      }
      const characters = [...rest];
      let kept = characters.length;
      while (kept > 1 && context.measureText(characters.slice(0, kept).join("")).width > width) kept = kept > 40 ? kept >> 1 : kept - 1;
      lines.push(characters.slice(0, kept).join(""));
      rest = characters.slice(kept).join("");
    }
    if (lines.length >= LINES) break;
  }
  if (line) lines.push(line);
  return lines.length <= LINES ? lines : [...lines.slice(0, LINES - 1), `${lines[LINES - 1]}…`];
}

/** Chromium leaves out the clearing of a whole canvas if nothing is drawn after it: what was pointed at would stay. */
function clearsForGood(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext("2d")!;
  const clear = context.clearRect.bind(context);
  context.clearRect = (x, y, width, height) => {
    clear(x, y, width, height);
    clear(0, 0, 1, 1);
  };
}

function short(text: string): string {
  const characters = [...text.slice(0, 4 * LABEL)];
  return characters.length <= LABEL ? text : characters.slice(0, LABEL - 1).join("") + "…";
}

/** A colour seen through: sigma blends colours whose parts are multiplied by their opacity already. */
function veil(colour: string, alpha: number): string {
  const part = (value: number) => Math.round(value * alpha).toString(16).padStart(2, "0");
  return `#${[1, 3, 5].map((from) => part(Number.parseInt(colour.slice(from, from + 2), 16))).join("")}${part(255)}`;
}

function highest(weight: Int32Array): number {
  let most = 1;
  for (const value of weight) if (value > most) most = value;
  return most;
}

function isDiagram(level: Level): boolean {
  return level.count <= DIAGRAM;
}

/** The crawler packs discs side by side: of few, that leaves no room for edges. */
export function shrink(level: Level): number {
  return isDiagram(level) ? 0.35 : 1;
}

function range(values: number[], margin: number): [number, number] {
  if (!values.length) return [0, 1];
  return [
    values.reduce((least, value) => Math.min(least, value), Infinity) - margin,
    values.reduce((most, value) => Math.max(most, value), -Infinity) + margin,
  ];
}
