// The panel of filters: each control says how much it stands for, and writes into the state.
import { KIND_COLOURS } from "./colours";
import { isFetched, KINDS, type Level } from "./data";
import { dot, el, fill, number, option } from "./dom";
import { COLOURS, type State } from "./state";

/** Sites listed one by one; those with most nodes come first. */
const SITES = 150;

export function filters(place: HTMLElement, level: Level, state: State, colourOf: Map<string, string>, change: () => void): void {
  const set = (apply: () => void) => () => {
    apply();
    change();
  };
  fill(
    place,
    looks(level, state, change),
    blocks(level, state, change),
    depths(level, state, change),
    el(
      "fieldset",
      {},
      el("legend", {}, "Published"),
      field("From", "date", state.since, (value) => (state.since = value), change, { "data-filter": "since" }),
      field("To", "date", state.until, (value) => (state.until = value), change, { "data-filter": "until" }),
    ),
    el(
      "fieldset",
      {},
      el("legend", {}, "Links"),
      field("At least", "number", state.degree ? String(state.degree) : "", (value) => (state.degree = Math.max(0, Number(value) || 0)), change, { min: "0", step: "1", placeholder: "0", "data-filter": "degree" }),
      check("Fetched only", count(level, (node) => isFetched(level, node)), state.fetched, (on) => (state.fetched = on), change, "fetched"),
    ),
    sites(level, state, colourOf, change, set),
  );
}

function looks(level: Level, state: State, change: () => void): HTMLElement {
  const choice = (text: string, values: readonly string[], chosen: string, apply: (value: string) => void, id: string) => {
    const select = el("select", { id, change: (event: Event) => { apply((event.target as HTMLSelectElement).value); change(); } }, ...values.map((value) => option(value, value.replaceAll("_", " "), value === chosen)));
    return el("label", { class: "field" }, el("span", {}, text), select);
  };
  const sizes = Object.keys(level.measures).filter((name) => name !== "community" && name !== "similarity");
  return el(
    "fieldset",
    {},
    el("legend", {}, "Looks"),
    choice("Colour by", COLOURS, state.colour, (value) => (state.colour = value as State["colour"]), "colour-by"),
    choice("Size by", sizes, state.size, (value) => (state.size = value), "size-by"),
  );
}

function blocks(level: Level, state: State, change: () => void): HTMLElement {
  return el(
    "fieldset",
    {},
    el("legend", {}, "Blocks"),
    ...KINDS.map((kind) => {
      let edges = 0;
      for (let edge = 0; edge < level.edges; edge++) edges += Number(level.links[kind][edge] > 0);
      return check(kind, edges, state.kinds.has(kind), (on) => (on ? state.kinds.add(kind) : state.kinds.delete(kind)), change, kind, dot(KIND_COLOURS[kind], "dash"));
    }),
  );
}

function depths(level: Level, state: State, change: () => void): HTMLElement | null {
  const deepest = level.depth.reduce<number>((most, depth) => Math.max(most, depth ?? 0), 0);
  if (deepest === 0) return null;
  const said = el("output", { for: "depth" }, state.maxDepth === null ? "any" : number(state.maxDepth));
  const range = el("input", { type: "range", id: "depth", min: "0", max: String(deepest), step: "1", value: String(state.maxDepth ?? deepest), "aria-label": "Depth at most" });
  range.addEventListener("input", () => {
    const value = Number(range.value);
    state.maxDepth = value >= deepest ? null : value;
    said.textContent = state.maxDepth === null ? "any" : number(value);
    change();
  });
  return el("fieldset", {}, el("legend", {}, "Depth at most ", said), range);
}

function sites(level: Level, state: State, colourOf: Map<string, string>, change: () => void, set: (apply: () => void) => () => void): HTMLElement {
  const counts = new Map<string, number>();
  for (const site of level.site) counts.set(site, (counts.get(site) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return el(
    "fieldset",
    { class: "sites" },
    el("legend", {}, `Sites (${number(ranked.length)})`),
    el(
      "div",
      { class: "buttons" },
      el("button", { type: "button", click: set(() => state.without.clear()) }, "All"),
      el("button", { type: "button", click: set(() => ranked.forEach(([site]) => state.without.add(site))) }, "None"),
    ),
    ...ranked.slice(0, SITES).map(([site, nodes]) =>
      check(site, nodes, !state.without.has(site), (on) => (on ? state.without.delete(site) : state.without.add(site)), change, `site ${site}`, dot(colourOf.get(site) ?? "transparent")),
    ),
    ranked.length > SITES && el("p", { class: "quiet" }, `and ${number(ranked.length - SITES)} smaller ones`),
  );
}

function check(text: string, nodes: number, on: boolean, apply: (on: boolean) => void, change: () => void, name: string, mark?: HTMLElement): HTMLElement {
  const box = el("input", { type: "checkbox", checked: on, "data-filter": name });
  box.addEventListener("change", () => {
    apply(box.checked);
    change();
  });
  return el("label", { class: "check" }, box, mark, el("bdi", { class: "name" }, text), el("span", { class: "count" }, number(nodes)));
}

function field(text: string, type: string, value: string, apply: (value: string) => void, change: () => void, more: Record<string, string> = {}): HTMLElement {
  const input = el("input", { type, value, ...more });
  input.addEventListener("change", () => {
    apply(input.value);
    change();
  });
  return el("label", { class: "field" }, el("span", {}, text), input);
}

function count(level: Level, holds: (node: number) => boolean): number {
  let found = 0;
  for (let node = 0; node < level.count; node++) found += Number(holds(node));
  return found;
}
