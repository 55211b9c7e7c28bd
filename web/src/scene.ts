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
const LABEL = 40;

export interface Look {
  theme: Theme;
  colour: string[];
  size: number[];
  shown: Shown;
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
  labelled: number[] = [];
  /** Where labels stand in this frame, as left, top, right, bottom. */
  private taken: [number, number, number, number][] = [];

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
      labelDensity: 1,
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
      this.taken = [];
      this.labelled = [];
    });
    for (const name of ["edgeLabels", "labels", "hovers"]) clearsForGood(this.sigma.getCanvases()[name]);
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
    const [x, y] = [range(at.map((data) => data.x), 0), range(at.map((data) => data.y), 0)];
    const ratio = Math.min(1, Math.max(x[1] - x[0], y[1] - y[0], 0.1) * 1.5);
    void this.move({ x: (x[0] + x[1]) / 2, y: (y[0] + y[1]) / 2, ratio });
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
    if (!own || !this.lit.has(source[edge]) || !this.lit.has(target[edge])) return { hidden: true };
    return { type, label, forceLabel: label !== null, color: veil(this.edgeColour[edge], 0.85), size: size * 1.3, zIndex: 1 };
  }

  /** A label below its node, where no other stands already. */
  private drawLabel: NodeLabelDrawingFunction = (context, data, settings) => {
    const text = data.label;
    // The chosen node's label is drawn with its ring.
    if (!text || (this.centres.size === 1 && this.centres.has(Number(data.key)))) return;
    const theme = this.look?.theme ?? LIGHT;
    context.font = `${settings.labelSize}px ${settings.labelFont}`;
    const half = context.measureText(text).width / 2 + 3;
    const { width } = this.sigma.getDimensions();
    const inside = data.x > 0 && data.x < width && width > 2 * half;
    const x = inside ? Math.min(Math.max(data.x, half), width - half) : data.x;
    const top = data.y + data.size + 2;
    const box: [number, number, number, number] = [x - half, top, x + half, top + settings.labelSize + 4];
    if (this.taken.some(([left, high, right, low]) => box[0] < right && left < box[2] && box[1] < low && high < box[3])) return;
    this.taken.push(box);
    this.labelled.push(Number(data.key));
    context.textAlign = "center";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = theme.background;
    context.fillStyle = theme.text;
    context.strokeText(text, x, top + settings.labelSize);
    context.fillText(text, x, top + settings.labelSize);
    context.textAlign = "start";
  };

  /** The label of a node under the pointer, on a plate that fits the theme. */
  private drawHover: NodeHoverDrawingFunction = (context, data, settings) => {
    const theme = this.look?.theme ?? LIGHT;
    const text = data.label ?? "";
    context.font = `600 ${settings.labelSize + 1}px ${settings.labelFont}`;
    context.beginPath();
    context.arc(data.x, data.y, data.size + 3, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = theme.text;
    context.stroke();
    if (!text) return;
    const width = context.measureText(text).width;
    const { width: room } = this.sigma.getDimensions();
    const left = data.x + data.size + 8 + width + 12 < room ? data.x + data.size + 8 : Math.max(4, data.x - data.size - 20 - width);
    context.fillStyle = theme.background;
    context.globalAlpha = 0.94;
    context.beginPath();
    context.roundRect(left, data.y - 12, width + 12, 24, 5);
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1;
    context.strokeStyle = theme.faint;
    context.stroke();
    context.fillStyle = theme.text;
    context.fillText(text, left + 6, data.y + 4.5);
  };
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
