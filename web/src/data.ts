// The document that the crawler wrote into the page, and its levels as arrays that are quick to walk.

export const KINDS = ["related", "ranking", "recommendation", "other"] as const;
export type Kind = (typeof KINDS)[number];
export const LEVELS = ["page", "story", "site"] as const;
export type LevelName = (typeof LEVELS)[number];
export type Column = (number | null)[];

interface RawLevel {
  known: { nodes: number; edges: number };
  nodes: {
    id?: string[];
    page: number[];
    label?: (string | null)[];
    state?: number[];
    site?: (string | null)[];
    date?: (string | null)[];
    depth?: Column;
    x: number[];
    y: number[];
    size: number[];
  };
  measures: Record<string, Column>;
  edges: Record<Kind | "source" | "target" | "best_position", number[]>;
  /** Of the nodes that a list lists which is the same on every page of a site, or that list themselves. */
  listed?: Record<Kind, { node: number[]; count: number[]; net: number[]; sites: string[][] }>;
}

export interface Listed {
  /** Nodes that list it, itself included. */
  count: number;
  /** The same, where a list that is the same on every page of a site counts once; itself does not count. */
  net: number;
  /** The sites whose list it is. */
  sites: string[];
}

export interface Pages {
  sites: string[];
  url: string[];
  title: (string | null)[];
  /** What links call a page without a title, where that tells more than its path. */
  name: (string | null)[];
  site: number[];
  state: number[];
  reason: (string | null)[];
  date: (string | null)[];
  depth: Column;
  story: number[];
  /** The page that a redirect ends at; -1 if it is none. */
  leads: number[];
  /** The page before it on its way: it links there, or redirects; -1 of a seed, or where no followed way leads. */
  parent: number[];
  /** Of the block with that link; -1 if there is none. */
  kind: number[];
  position: number[];
}

export interface Stories {
  id: string[];
  count: number[];
  pages: number[][];
}

export interface Document {
  seeds: string[];
  started_at: string;
  ended_at: string | null;
  version: string;
  first: LevelName;
  states: string[];
  meanings: Record<LevelName, Record<string, string>>;
  levels: Record<LevelName, RawLevel>;
  stories: Stories;
  pages: Pages;
}

export interface Level {
  name: LevelName;
  /** Nodes and edges of the whole crawl; fewer are drawn where the level is a sample. */
  known: { nodes: number; edges: number };
  count: number;
  id: string[];
  label: string[];
  site: string[];
  state: string[];
  date: (string | null)[];
  depth: Column;
  /** Of a page itself; of a story or site the page nearest to a seed: its place in the table of pages. */
  page: number[];
  x: number[];
  y: number[];
  size: number[];
  measures: Record<string, Column>;
  edges: number;
  source: number[];
  target: number[];
  links: Record<Kind, number[]>;
  total: number[];
  position: number[];
  /** Numbers of the edges that leave each node, and that arrive at it. */
  leaving: number[][];
  arriving: number[][];
  place: Map<string, number>;
  listed: (kind: Kind, node: number) => Listed;
  /** The nodes of the crawl's seeds. */
  seeds: number[];
}

export function read(): Document {
  return JSON.parse(document.getElementById("data")!.textContent!) as Document;
}

export function labelOfPage(pages: Pages, page: number): string {
  const url = pages.url[page];
  return pages.title[page] ?? pages.name[page] ?? (url.replace(/^[a-z]+:\/\/[^/]*\//, "") || url);
}

export function levelOf(given: Document, name: LevelName): Level {
  const { nodes, measures, edges, known, listed } = given.levels[name];
  const { pages, states } = given;
  const count = nodes.page.length;
  const of = <T>(own: T[] | undefined, ofPages: (page: number) => T): T[] => own ?? nodes.page.map(ofPages);
  const id = of(nodes.id, (page) => pages.url[page]);
  const total = edges.source.map((_, edge) => KINDS.reduce((sum, kind) => sum + edges[kind][edge], 0));
  const leaving: number[][] = Array.from({ length: count }, () => []);
  const arriving: number[][] = Array.from({ length: count }, () => []);
  edges.source.forEach((source, edge) => {
    leaving[source].push(edge);
    arriving[edges.target[edge]].push(edge);
  });
  const depth = of(nodes.depth, (page) => pages.depth[page]);
  const own = new Map(KINDS.map((kind) => [kind, new Map(listed?.[kind].node.map((node, row) => [node, row]))]));
  return {
    name,
    known,
    count,
    id,
    label: nodes.page.map((page, node) => nodes.label?.[node] ?? (name === "site" ? id[node] : labelOfPage(pages, page))),
    site: of(nodes.site, (page) => pages.sites[pages.site[page]]).map((text, node) => text ?? id[node]),
    state: of(nodes.state, (page) => pages.state[page]).map((state) => states[state]),
    date: of(nodes.date, (page) => pages.date[page]),
    depth,
    page: nodes.page,
    x: nodes.x,
    y: nodes.y,
    size: nodes.size,
    measures,
    edges: edges.source.length,
    source: edges.source,
    target: edges.target,
    links: edges,
    total,
    position: edges.best_position,
    leaving,
    arriving,
    place: new Map(id.map((key, node) => [key, node])),
    seeds: nodes.page.map((_, node) => node).filter((node) => depth[node] === 0),
    listed: (kind, node) => {
      const row = own.get(kind)!.get(node);
      const pushed = measures[`in_${kind}`]?.[node] ?? 0;
      if (row === undefined) return { count: pushed, net: pushed, sites: [] };
      const { count, net, sites } = listed![kind];
      return { count: count[row], net: net[row], sites: sites[row] };
    },
  };
}

/** Whether a node stands for something that was fetched. */
export function isFetched(level: Level, node: number): boolean {
  return level.state[node] === "fetched";
}
