// Colours of nodes and edges in both themes, and the legend's entries for them.
import { isFetched, KINDS, type Document, type Kind, type Level } from "./data";
import type { ColourBy, State } from "./state";
import { number } from "./dom";

export const KIND_COLOURS: Record<Kind, string> = {
  related: "#0072b2",
  ranking: "#d55e00",
  recommendation: "#009e73",
  other: "#8c8c8c",
};

/** Colours of sites and communities. None is near a kind's: a disc's colour and a line's say different things. */
const HUES = [
  "#7b4fa3", "#e0ae12", "#d9779f", "#7a1f3d", "#7cc7dd", "#8a8a2e",
  "#8c564b", "#b9a7e0", "#2f2a6b", "#d8c27a", "#b0399a", "#4f8a8b",
];
export const OTHERS = "#8c8c8c";
// Viridis (van der Walt and Smith), in nine steps, without its brightest end.
const SCALE = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#e5d419"];

export interface Theme {
  dark: boolean;
  background: string;
  text: string;
  faint: string;
  /** Lines that are links of several kinds. */
  several: string;
}

export const LIGHT: Theme = { dark: false, background: "#ffffff", text: "#1b2129", faint: "#c9ced6", several: "#4b5563" };
export const DARK: Theme = { dark: true, background: "#12161c", text: "#e8ebef", faint: "#464e59", several: "#c3cad4" };

export interface Coloured {
  colour: string[];
  legend: { colour: string; text: string }[];
}

/** The colours of the sites with most fetched pages, the same on all levels; other sites are grey. */
export function coloursOfSites({ pages, states }: Document): Map<string, string> {
  const counts = new Map<string, number>();
  const fetched = states.indexOf("fetched");
  pages.state.forEach((state, page) => {
    const site = pages.sites[pages.site[page]];
    if (state === fetched) counts.set(site, (counts.get(site) ?? 0) + 1);
  });
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return new Map(ranked.slice(0, HUES.length).map(([site], place) => [site, HUES[place]]));
}

/** A node's colour as it is drawn: lighter on a dark ground. */
export function onGround(colour: string, theme: Theme): string {
  return theme.dark ? mix(colour, "#ffffff", 0.22) : colour;
}

export function colourNodes(level: Level, by: ColourBy, theme: Theme, sites: Map<string, string>, shown: Uint8Array): Coloured {
  const done =
    by === "depth" ? byDepth(level) : by === "date" ? byDate(level) : by === "community" ? byCommunity(level) : bySite(level, sites, shown);
  const missing = level.state.some((_, node) => shown[node] === 1 && !isFetched(level, node));
  return {
    colour: done.colour.map((colour, node) => (isFetched(level, node) && colour ? onGround(colour, theme) : theme.faint)),
    legend: [
      ...done.legend.map(({ colour, text }) => ({ colour: onGround(colour, theme), text })),
      ...(missing ? [{ colour: theme.faint, text: "not fetched" }] : []),
    ],
  };
}

function bySite(level: Level, sites: Map<string, string>, shown: Uint8Array): Coloured {
  const own = new Set(level.site.filter((_, node) => shown[node] === 1 && isFetched(level, node)));
  const legend = [...sites].filter(([site]) => own.has(site)).map(([text, colour]) => ({ colour, text }));
  if (own.size > legend.length) legend.push({ colour: OTHERS, text: `${number(own.size - legend.length)} more sites` });
  return { colour: level.site.map((site) => sites.get(site) ?? OTHERS), legend };
}

function byCommunity(level: Level): Coloured {
  const community = level.measures["community"];
  if (!community) return { colour: level.id.map(() => OTHERS), legend: [{ colour: OTHERS, text: "communities were not measured" }] };
  const highest = community.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const legend = HUES.slice(0, highest).map((colour, place) => ({ colour, text: `community ${place + 1}` }));
  if (highest > HUES.length) legend.push({ colour: OTHERS, text: `${number(highest - HUES.length)} smaller ones` });
  return { colour: community.map((value) => (value === null ? "" : (HUES[value - 1] ?? OTHERS))), legend };
}

function byDepth(level: Level): Coloured {
  const deepest = level.depth.reduce<number>((most, depth) => Math.max(most, depth ?? 0), 0);
  const of = (depth: number) => SCALE[Math.round((depth / Math.max(deepest, 1)) * (SCALE.length - 1))];
  const shown = [...new Set(level.depth.filter((depth): depth is number => depth !== null))].sort((a, b) => a - b);
  const every = Math.ceil(shown.length / 8);
  return {
    colour: level.depth.map((depth) => (depth === null ? "" : of(depth))),
    legend: shown
      .filter((_, place) => place % every === 0 || place === shown.length - 1)
      .map((depth) => ({ colour: of(depth), text: depth === 0 ? "depth 0: seed" : `depth ${depth}` })),
  };
}

function byDate(level: Level): Coloured {
  // By rank, not by time: a few pages of long ago would take the whole scale.
  const days = [...new Set(level.date.filter((date): date is string => date !== null).map((date) => date.slice(0, 10)))].sort();
  if (!days.length) return { colour: level.date.map(() => ""), legend: [{ colour: OTHERS, text: "no dates are known" }] };
  const rank = new Map(days.map((day, place) => [day, place / Math.max(days.length - 1, 1)]));
  const of = (day: string) => SCALE[Math.round(rank.get(day)! * (SCALE.length - 1))];
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => days[Math.round(share * (days.length - 1))]);
  return {
    colour: level.date.map((date) => (date === null ? OTHERS : of(date.slice(0, 10)))),
    legend: [
      ...[...new Set(marks)].map((day) => ({ colour: of(day), text: day })),
      ...(level.date.includes(null) ? [{ colour: OTHERS, text: "no date" }] : []),
    ],
  };
}

/** The kind of an edge's links, among those shown; null if they are of several. */
export function kindOf(level: Level, state: State, edge: number): Kind | null {
  let found: Kind | null = null;
  for (const kind of KINDS) {
    if (!level.links[kind][edge] || !state.kinds.has(kind)) continue;
    if (found !== null) return null;
    found = kind;
  }
  return found;
}

export function colourOfKind(kind: Kind | null, theme: Theme): string {
  return kind === null ? theme.several : KIND_COLOURS[kind];
}

export function mix(colour: string, other: string, share: number): string {
  const part = (from: number) => {
    const [a, b] = [colour, other].map((code) => Number.parseInt(code.slice(from, from + 2), 16));
    return Math.round(a + (b - a) * share).toString(16).padStart(2, "0");
  };
  return `#${part(1)}${part(3)}${part(5)}`;
}
