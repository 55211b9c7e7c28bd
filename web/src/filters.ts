// The panel of filters: each control says how much it stands for, and writes into the state.
import { KIND_COLOURS } from "./colours";
import { isFetched, KINDS, type Level } from "./data";
import { dot, el, fill, number, option } from "./dom";
import { COLOURS, type State } from "./state";
import { helpOf, nameOf, sentence, sizeOf, sizesOf } from "./words";

/** Sites listed one by one; those with most nodes come first. */
const SITES = 150;

export function filters(place: HTMLElement, level: Level, meanings: Record<string, string>, state: State, colourOf: (site: string) => string, changed: (isOfSites: boolean) => void): void {
  const change = () => changed(false);
  const changeSites = () => changed(true);
  const set = (apply: () => void) => () => {
    apply();
    changeSites();
  };
  fill(
    place,
    looks(level, meanings, state, change),
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
      el("legend", {}, "Links to and from it"),
      field("At least", "number", state.degree ? String(state.degree) : "", (value) => (state.degree = Math.max(0, Number(value) || 0)), change, { min: "0", step: "1", placeholder: "0", "data-filter": "degree" }),
      check("Fetched only", count(level, (node) => isFetched(level, node)), state.fetched, (on) => (state.fetched = on), change, "fetched"),
    ),
    sites(level, state, colourOf, changeSites, set),
  );
}

function looks(level: Level, meanings: Record<string, string>, state: State, change: () => void): HTMLElement {
  const { first, more } = sizesOf(level);
  const own = sizeOf(level, state);
  const row = (name: string) => option(name, sentence(nameOf(name, level.name)), name === own);
  const help = el("p", { class: "quiet", id: "size-help" }, helpOf(own, level.name, meanings));
  const colour = el("select", { id: "colour-by" }, ...COLOURS.map((value) => option(value, sentence(value), value === state.colour)));
  colour.addEventListener("change", () => {
    state.colour = colour.value as State["colour"];
    change();
  });
  const size = el("select", { id: "size-by", "aria-describedby": "size-help" }, ...first.map(row), more.length > 0 && el("optgroup", { label: "More measures" }, ...more.map(row)));
  size.addEventListener("change", () => {
    state.size = size.value;
    help.textContent = helpOf(size.value, level.name, meanings);
    change();
  });
  return el(
    "fieldset",
    {},
    el("legend", {}, "Looks"),
    el("label", { class: "field" }, el("span", {}, "Colour by"), colour),
    el("label", { class: "field above" }, el("span", {}, "Size by"), size),
    help,
  );
}

function blocks(level: Level, state: State, change: () => void): HTMLElement {
  const counts = KINDS.map((kind) => level.links[kind].reduce((sum, links) => sum + Number(links > 0), 0));
  return el(
    "fieldset",
    {},
    el("legend", {}, "Edges by block"),
    // Most crawls have no block of another kind.
    ...KINDS.map((kind, place) =>
      kind === "other" && !counts[place]
        ? null
        : check(kind, counts[place], state.kinds.has(kind), (on) => (on ? state.kinds.add(kind) : state.kinds.delete(kind)), change, kind, dot(KIND_COLOURS[kind], "dash")),
    ),
  );
}

function depths(level: Level, state: State, change: () => void): HTMLElement | null {
  const deepest = level.depth.reduce<number>((most, depth) => Math.max(most, depth ?? 0), 0);
  if (deepest === 0) return null;
  const inWords = () => (state.maxDepth === null ? "any" : state.maxDepth === 0 ? "none: seeds only" : `at most ${number(state.maxDepth)}`);
  const said = el("output", { for: "depth" }, inWords());
  const range = el("input", { type: "range", id: "depth", min: "0", max: String(deepest), step: "1", value: String(state.maxDepth ?? deepest), "aria-label": "Clicks from the seed, at most" });
  range.addEventListener("input", () => {
    const value = Number(range.value);
    state.maxDepth = value >= deepest ? null : value;
    said.textContent = inWords();
    change();
  });
  return el("fieldset", {}, el("legend", {}, "Clicks from the seed: ", said), range);
}

function sites(level: Level, state: State, colourOf: (site: string) => string, change: () => void, set: (apply: () => void) => () => void): HTMLElement {
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
      check(site, nodes, !state.without.has(site), (on) => (on ? state.without.delete(site) : state.without.add(site)), change, `site ${site}`, dot(colourOf(site))),
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
