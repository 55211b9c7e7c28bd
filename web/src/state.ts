// What a reader has chosen, kept in the URL's hash, so that an address shares it. Only what differs from the
// beginning is written.
import { KINDS, LEVELS, type Document, type Kind, type LevelName } from "./data";

export const VIEWS = ["map", "nodes", "edges"] as const;
export type ViewName = (typeof VIEWS)[number];
export const COLOURS = ["site", "community", "depth", "date"] as const;
export type ColourBy = (typeof COLOURS)[number];

export interface State {
  level: LevelName;
  view: ViewName;
  kinds: Set<Kind>;
  /** Sites left out. */
  without: Set<string>;
  maxDepth: number | null;
  since: string;
  until: string;
  degree: number;
  fetched: boolean;
  colour: ColourBy;
  /** A measure; empty is the level's own. */
  size: string;
  /** Id of the node whose card is open. */
  node: string | null;
  /** Steps around that node to which the graph is narrowed; 0 does not narrow. */
  steps: number;
  theme: "light" | "dark" | null;
  sort: string;
  down: boolean;
}

export function initial(given: Document): State {
  return {
    level: given.first,
    view: "map",
    kinds: new Set(KINDS),
    without: new Set(),
    maxDepth: null,
    since: "",
    until: "",
    degree: 0,
    fetched: false,
    colour: "site",
    size: "",
    node: null,
    steps: 0,
    theme: null,
    sort: "",
    down: true,
  };
}

export function toHash(state: State, given: Document): string {
  const start = initial(given);
  const said = new URLSearchParams();
  const put = (name: string, value: string, before: string) => {
    if (value !== before) said.set(name, value);
  };
  put("level", state.level, start.level);
  put("view", state.view, start.view);
  put("kinds", [...state.kinds].join(","), KINDS.join(","));
  for (const site of state.without) said.append("without", site);
  put("depth", String(state.maxDepth ?? ""), "");
  put("since", state.since, "");
  put("until", state.until, "");
  put("degree", String(state.degree), "0");
  put("fetched", state.fetched ? "1" : "", "");
  put("colour", state.colour, start.colour);
  put("size", state.size, start.size);
  put("node", state.node ?? "", "");
  put("steps", String(state.steps), "0");
  put("theme", state.theme ?? "", "");
  put("sort", state.sort === "" ? "" : `${state.sort}${state.down ? "" : ".up"}`, "");
  return said.toString();
}

export function fromHash(hash: string, given: Document): State {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const state = initial(given);
  const among = <T extends string>(name: string, allowed: readonly T[], otherwise: T): T =>
    allowed.find((value) => value === said.get(name)) ?? otherwise;
  const count = (name: string) => Math.max(0, Math.floor(Number(said.get(name)) || 0));
  state.level = among("level", LEVELS, state.level);
  state.view = among("view", VIEWS, state.view);
  const kinds = said.get("kinds");
  if (kinds !== null) state.kinds = new Set(KINDS.filter((kind) => kinds.split(",").includes(kind)));
  state.without = new Set(said.getAll("without"));
  state.maxDepth = said.get("depth") ? count("depth") : null;
  state.since = day(said.get("since"));
  state.until = day(said.get("until"));
  state.degree = count("degree");
  state.fetched = said.get("fetched") === "1";
  state.colour = among("colour", COLOURS, state.colour);
  state.size = said.get("size") ?? state.size;
  state.node = said.get("node") || null;
  state.steps = Math.min(count("steps"), 9);
  state.theme = among("theme", ["light", "dark", ""] as const, "") || null;
  const sort = said.get("sort") ?? "";
  state.sort = sort.replace(/\.up$/, "");
  state.down = !sort.endsWith(".up");
  return state;
}

function day(value: string | null): string {
  return value !== null && /^\d{4}-\d\d-\d\d$/.test(value) ? value : "";
}
