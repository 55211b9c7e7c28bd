// Which nodes and edges are shown, and what their links count. Pure.
import { isFetched, KINDS, type Level } from "./data";
import type { State } from "./state";

export interface Shown {
  nodes: Uint8Array;
  edges: Uint8Array;
  nodeCount: number;
  edgeCount: number;
  /** Links of the kinds shown, by edge. */
  weight: Int32Array;
}

export function show(level: Level, state: State): Shown {
  const nodes = new Uint8Array(level.count);
  const edges = new Uint8Array(level.edges);
  const weight = new Int32Array(level.edges);
  const kinds = KINDS.filter((kind) => state.kinds.has(kind));
  for (let node = 0; node < level.count; node++) nodes[node] = Number(holds(level, state, node));
  const degree = new Int32Array(level.count);
  for (let edge = 0; edge < level.edges; edge++) {
    for (const kind of kinds) weight[edge] += level.links[kind][edge];
    if (weight[edge] && nodes[level.source[edge]] && nodes[level.target[edge]]) {
      degree[level.source[edge]]++;
      degree[level.target[edge]]++;
    }
  }
  if (state.degree > 0) {
    for (let node = 0; node < level.count; node++) if (degree[node] < state.degree) nodes[node] = 0;
  }
  const centre = state.node === null ? undefined : level.place.get(state.node);
  if (state.steps > 0 && centre !== undefined) {
    const near = neighbourhood(level, centre, state.steps, (edge) => weight[edge] > 0, nodes);
    for (let node = 0; node < level.count; node++) nodes[node] &= near[node];
  }
  let nodeCount = 0;
  let edgeCount = 0;
  for (let node = 0; node < level.count; node++) nodeCount += nodes[node];
  for (let edge = 0; edge < level.edges; edge++) {
    edges[edge] = Number(weight[edge] > 0 && nodes[level.source[edge]] && nodes[level.target[edge]]);
    edgeCount += edges[edge];
  }
  return { nodes, edges, nodeCount, edgeCount, weight };
}

function holds(level: Level, state: State, node: number): boolean {
  const day = (level.date[node] ?? "").slice(0, 10);
  const depth = level.depth[node];
  return !(
    (state.fetched && !isFetched(level, node)) ||
    state.without.has(level.site[node]) ||
    (state.maxDepth !== null && (depth === null || depth > state.maxDepth)) ||
    (state.since !== "" && day < state.since) ||
    (state.until !== "" && (day === "" || day > state.until))
  );
}

/** The nodes within so many steps of one, whichever way links point. */
export function neighbourhood(
  level: Level,
  centre: number,
  steps: number,
  isShown: (edge: number) => boolean,
  among: Uint8Array,
): Uint8Array {
  const near = new Uint8Array(level.count);
  near[centre] = 1;
  let rim = [centre];
  for (let step = 0; step < steps && rim.length; step++) {
    const next: number[] = [];
    const reach = (node: number) => {
      if (!near[node] && among[node]) {
        near[node] = 1;
        next.push(node);
      }
    };
    for (const node of rim) {
      for (const edge of level.leaving[node]) if (isShown(edge)) reach(level.target[edge]);
      for (const edge of level.arriving[node]) if (isShown(edge)) reach(level.source[edge]);
    }
    rim = next;
  }
  return near;
}
