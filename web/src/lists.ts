// What stands out: the nodes that each block pushes most, and the pairs of sites that link each other most.
import { KIND_COLOURS } from "./colours";
import { KINDS, type Kind, type Level, type LevelName } from "./data";
import { dot, el, number, plural } from "./dom";

const TOP = 10;
const NAMES = { page: "pages", story: "stories", site: "sites" };

export interface Pair {
  a: number;
  b: number;
  there: number;
  back: number;
}

/** Pairs of sites by the links between them, both ways taken together. */
export function pairs(sites: Level): Pair[] {
  const found = new Map<string, Pair>();
  for (let edge = 0; edge < sites.edges; edge++) {
    const [source, target] = [sites.source[edge], sites.target[edge]];
    const [a, b] = source < target ? [source, target] : [target, source];
    const pair = found.get(`${a} ${b}`) ?? { a, b, there: 0, back: 0 };
    if (source === a) pair.there += sites.total[edge];
    else pair.back += sites.total[edge];
    found.set(`${a} ${b}`, pair);
  }
  return [...found.values()].sort((one, other) => other.there + other.back - one.there - one.back);
}

export function lists(
  level: Level,
  sites: Level,
  kind: Kind,
  setKind: (kind: Kind) => void,
  choose: (level: LevelName, id: string) => void,
): HTMLElement {
  const pushed = level.measures[`in_${kind}`] ?? [];
  const ranked = level.id
    .map((_, node) => node)
    .filter((node) => (pushed[node] ?? 0) > 0)
    .sort((a, b) => (pushed[b] ?? 0) - (pushed[a] ?? 0) || (level.label[a] < level.label[b] ? -1 : 1));
  const most = pushed[ranked[0]] ?? 1;
  const one = level.name;
  const linked = pairs(sites);
  const row = (text: HTMLElement, count: number, share: number, colour: string, more: string | null) => {
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${Math.max(2, 100 * share)}%`;
    bar.style.backgroundColor = colour;
    return el("li", {}, el("div", { class: "row" }, text, el("span", { class: "count" }, number(count))), more && el("div", { class: "quiet" }, more), bar);
  };
  return el(
    "div",
    { class: "lists" },
    el(
      "section",
      { "aria-labelledby": "pushed-title" },
      el("h2", { id: "pushed-title" }, `Pushed most by ${kind[0].toUpperCase()}${kind.slice(1)}`),
      el(
        "div",
        { class: "segments", role: "group", "aria-label": "Block" },
        ...KINDS.filter((name) => name !== "other" || (level.measures["in_other"] ?? []).some(Boolean)).map((name) =>
          el("button", { type: "button", "aria-pressed": String(name === kind), click: () => setKind(name) }, dot(KIND_COLOURS[name], "dash"), name),
        ),
      ),
      el("p", { class: "quiet" }, `${plural(ranked.length, one, NAMES[level.name])} in ${kind} blocks. The number: how many ${NAMES[level.name]} link to it from there.`),
      el(
        "ol",
        { class: "top" },
        ...ranked.slice(0, TOP).map((node) =>
          row(
            el("button", { type: "button", class: "link", click: () => choose(level.name, level.id[node]) }, el("bdi", {}, level.label[node])),
            pushed[node] ?? 0,
            (pushed[node] ?? 0) / (most || 1),
            KIND_COLOURS[kind],
            level.name === "site" ? null : level.site[node],
          ),
        ),
      ),
    ),
    el(
      "section",
      { "aria-labelledby": "pairs-title" },
      el("h2", { id: "pairs-title" }, "Sites that link each other most"),
      linked.length === 0 && el("p", { class: "quiet" }, "No site links to another."),
      el(
        "ol",
        { class: "top" },
        ...linked.slice(0, TOP).map(({ a, b, there, back }) =>
          row(
            el(
              "span",
              {},
              el("button", { type: "button", class: "link", click: () => choose("site", sites.id[a]) }, sites.label[a]),
              " ⇄ ",
              el("button", { type: "button", class: "link", click: () => choose("site", sites.id[b]) }, sites.label[b]),
            ),
            there + back,
            (there + back) / (linked[0].there + linked[0].back),
            "#5b6b7f",
            `${number(there)} links there, ${number(back)} back`,
          ),
        ),
      ),
    ),
  );
}
