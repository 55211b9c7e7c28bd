// Colours of nodes and edges in both themes, and the legend's entries for them.
import { isFetched, KINDS, type Kind, type Level } from "./data";
import type { ColourBy, State } from "./state";
import { number } from "./dom";

export const KIND_COLOURS: Record<Kind, string> = {
  related: "#0072b2",
  ranking: "#d55e00",
  recommendation: "#009e73",
  other: "#8c8c8c",
};

// Okabe and Ito's hues, then Tol's muted ones: told apart by colour-blind eyes.
const HUES = [
  "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9",
  "#b8a800", "#882255", "#44aa99", "#332288", "#999933", "#aa4499",
];
const OTHERS = "#8c8c8c";
// Viridis (van der Walt and Smith), in nine steps, without its brightest end.
const SCALE = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#e5d419"];

export interface Theme {
  dark: boolean;
  background: string;
  text: string;
  faint: string;
}

export const LIGHT: Theme = { dark: false, background: "#ffffff", text: "#1b2129", faint: "#c9ced6" };
export const DARK: Theme = { dark: true, background: "#12161c", text: "#e8ebef", faint: "#464e59" };

export interface Coloured {
  colour: string[];
  legend: { colour: string; text: string }[];
}

export function colourNodes(level: Level, by: ColourBy, theme: Theme): Coloured {
  const done =
    by === "depth" ? byDepth(level) : by === "date" ? byDate(level) : by === "community" ? byCommunity(level) : bySite(level);
  const lit = (colour: string) => (theme.dark ? mix(colour, "#ffffff", 0.22) : colour);
  const missing = level.state.some((_, node) => !isFetched(level, node));
  return {
    colour: done.colour.map((colour, node) => (isFetched(level, node) && colour ? lit(colour) : theme.faint)),
    legend: [
      ...done.legend.map(({ colour, text }) => ({ colour: lit(colour), text })),
      ...(missing ? [{ colour: theme.faint, text: "not fetched" }] : []),
    ],
  };
}

/** The colours that the crawler gave: of sites; of the sites themselves, their communities'. */
function bySite(level: Level): Coloured {
  if (level.name === "site" && level.measures["community"]) return byCommunity(level);
  const counts = new Map<string, { colour: string; count: number }>();
  level.colour.forEach((colour, node) => {
    if (!isFetched(level, node)) return;
    const site = level.site[node];
    counts.set(site, { colour, count: (counts.get(site)?.count ?? 0) + 1 });
  });
  const ranked = [...counts].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1));
  const shown = ranked.filter(([, { colour }]) => colour !== OTHERS).slice(0, 12);
  const legend = shown.map(([text, { colour }]) => ({ colour, text }));
  if (ranked.length > shown.length) legend.push({ colour: OTHERS, text: `${number(ranked.length - shown.length)} more sites` });
  return { colour: level.colour, legend };
}

function byCommunity(level: Level): Coloured {
  const community = level.measures["community"];
  if (!community) return { colour: level.colour.map(() => OTHERS), legend: [{ colour: OTHERS, text: "communities were not measured" }] };
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

/** The kind of most of an edge's links, among those shown. */
export function mainKind(level: Level, state: State, edge: number): Kind {
  let best: Kind = "other";
  let most = 0;
  for (const kind of KINDS) {
    const count = state.kinds.has(kind) ? level.links[kind][edge] : 0;
    if (count > most) [best, most] = [kind, count];
  }
  return best;
}

export function mix(colour: string, other: string, share: number): string {
  const part = (from: number) => {
    const [a, b] = [colour, other].map((code) => Number.parseInt(code.slice(from, from + 2), 16));
    return Math.round(a + (b - a) * share).toString(16).padStart(2, "0");
  };
  return `#${part(1)}${part(3)}${part(5)}`;
}
