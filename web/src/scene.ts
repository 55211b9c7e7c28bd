// The drawing: a level as a graphology graph, drawn by sigma. It decides nothing about what is shown.
import { DirectedGraph } from "graphology";
import Sigma from "sigma";
import type { NodeHoverDrawingFunction } from "sigma/rendering";
import { KIND_COLOURS, LIGHT, mainKind, mix, type Theme } from "./colours";
import { isFetched, type Kind, type Level } from "./data";
import type { Shown } from "./filter";
import type { State } from "./state";

/** Edges from which they are hidden while the picture moves: without a graphics card they cost too much. */
const MANY_EDGES = 8_000;
const LABEL = 46;

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
  private kinds: Kind[] = [];
  /** How much of an edge covers what lies below: the more edges, the less. */
  alpha = 1;
  private edgeSize: number[] = [];
  /** Nodes that stand out while all others are dimmed; null if all are alike. */
  private lit: Set<number> | null = null;
  /** The nodes whose edges stand out. */
  private centres = new Set<number>();

  constructor(container: HTMLElement, handlers: Handlers) {
    this.sigma = new Sigma(this.graph, container, {
      allowInvalidContainer: true,
      defaultEdgeType: "arrow",
      itemSizesReference: "positions",
      zoomToSizeRatioFunction: (ratio) => ratio,
      minEdgeThickness: 0.9,
      labelFont: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
      labelSize: 12,
      labelDensity: 0.6,
      labelGridCellSize: 130,
      labelRenderedSizeThreshold: 5,
      hideLabelsOnMove: false,
      stagePadding: 36,
      zIndex: true,
      minCameraRatio: 0.01,
      maxCameraRatio: 3,
      doubleClickZoomingRatio: 1.8,
      nodeReducer: (key) => this.drawnNode(Number(key)),
      edgeReducer: (key) => this.drawnEdge(Number(key)),
      defaultDrawNodeHover: this.drawHover,
    });
    // The frame around it changes with views and drawers, not only with the window.
    new ResizeObserver(() => this.sigma.resize() && this.sigma.scheduleRender()).observe(container);
    this.sigma.on("enterNode", ({ node }) => handlers.hover(Number(node)));
    this.sigma.on("leaveNode", () => handlers.hover(null));
    this.sigma.on("clickNode", ({ node }) => handlers.choose(Number(node)));
    this.sigma.on("clickStage", () => handlers.choose(null));
  }

  open(level: Level): void {
    const graph = new DirectedGraph();
    for (let node = 0; node < level.count; node++) graph.addNode(node, { x: level.x[node], y: level.y[node] });
    for (let edge = 0; edge < level.edges; edge++) graph.addEdgeWithKey(edge, level.source[edge], level.target[edge]);
    this.level = level;
    this.look = null;
    this.lit = null;
    this.graph = graph;
    this.sigma.setGraph(graph);
  }

  paint(look: Look, state: State): void {
    const level = this.level!;
    this.look = look;
    const { shown, theme } = look;
    const alpha = Math.min(0.75, Math.max(0.1, 16 / Math.sqrt(shown.edgeCount + 1)));
    const most = highest(shown.weight);
    this.alpha = alpha;
    this.kinds = [];
    this.edgeSize = [];
    for (let edge = 0; edge < level.edges; edge++) {
      this.kinds.push(mainKind(level, state, edge));
      this.edgeSize.push(0.8 + (2.2 * Math.log2(1 + shown.weight[edge])) / Math.log2(1 + most));
    }
    // On few nodes, such as sites, the size of an edge is seen whole; on many it would hide what lies below.
    const unit = extent(level) / (level.count > 60 ? 1600 : 260);
    this.edgeSize = this.edgeSize.map((size) => size * unit);
    this.sigma.setSetting("labelColor", { color: theme.text });
    this.sigma.setSetting("hideEdgesOnMove", shown.edgeCount > MANY_EDGES);
    this.sigma.refresh();
  }

  /** Let some nodes stand out with the edges of the first of them; none lets all stand alike. */
  light(lit: Set<number> | null, centres: Iterable<number>): void {
    this.lit = lit;
    this.centres = new Set(centres);
    this.sigma.refresh({ skipIndexation: true });
  }

  goTo(node: number): void {
    const at = this.sigma.getNodeDisplayData(String(node));
    if (!at) return;
    const camera = this.sigma.getCamera();
    const ratio = Math.min(camera.ratio, this.level!.count > 60 ? 0.45 : 1);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) camera.setState({ x: at.x, y: at.y, ratio });
    else void camera.animate({ x: at.x, y: at.y, ratio }, { duration: 350 });
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
      size: look.size[node],
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
    if (this.lit === null) return { color: veil(KIND_COLOURS[this.kinds[edge]], this.alpha), size };
    const own = this.centres.has(source[edge]) || this.centres.has(target[edge]);
    if (!own || !this.lit.has(source[edge]) || !this.lit.has(target[edge])) return { hidden: true };
    return { color: veil(KIND_COLOURS[this.kinds[edge]], 0.85), size: size * 1.3, zIndex: 1 };
  }

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

/** The longer side of a level's picture, in the units of its positions. */
function extent(level: Level): number {
  const side = (values: number[]) =>
    values.reduce((most, value) => Math.max(most, value), -Infinity) -
    values.reduce((least, value) => Math.min(least, value), Infinity);
  return level.count ? Math.max(side(level.x), side(level.y), 40) : 40;
}
