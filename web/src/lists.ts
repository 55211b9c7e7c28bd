// What stands out: the nodes that each block pushes most, and the pairs of sites that link each other most.
import { KIND_COLOURS } from "./colours";
import { KINDS, type Kind, type Level, type LevelName, type Listed } from "./data";
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

/** That a number is a template's, not a story's. */
export function siteWide({ net, sites }: Listed): HTMLElement | null {
  if (!sites.length) return null;
  const rest = sites.length > 3 ? ` and ${number(sites.length - 2)} more` : "";
  const named = sites.slice(0, rest ? 2 : 3).join(", ") + rest;
  return el("span", { class: "same" }, `site-wide list of ${named}: same on every page · net ${number(net)}`);
}

export function lists(
  level: Level,
  sites: Level,
  kind: Kind,
  setKind: (kind: Kind) => void,
  choose: (level: LevelName, id: string) => void,
  compare: (site: string, other: string) => void,
): HTMLElement {
  const told = level.id.map((_, node) => level.listed(kind, node));
  const ranked = level.id
    .map((_, node) => node)
    .filter((node) => told[node].count > 0)
    .sort((a, b) => told[b].count - told[a].count || told[b].net - told[a].net || (level.label[a] < level.label[b] ? -1 : 1));
  const most = told[ranked[0]]?.count ?? 1;
  const top = ranked.slice(0, TOP);
  const same = top.some((node) => told[node].sites.length > 0);
  const many = NAMES[level.name];
  // Equal numbers have equal ranks: in a list that is the same on every page, none stands out.
  const rankOf = (node: number) => {
    const first = ranked.findIndex((other) => told[other].count === told[node].count);
    const next = ranked[first + 1];
    return `${first + 1}${next !== undefined && told[next].count === told[node].count ? "=" : ""}`;
  };
  const one = level.name;
  const linked = pairs(sites);
  const row = (text: HTMLElement, count: number, share: number, colour: string, ...more: (Node | string | null)[]) => {
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${Math.max(2, 100 * share)}%`;
    bar.style.backgroundColor = colour;
    return el("li", {}, el("div", { class: "row" }, text, el("span", { class: "count" }, number(count))), ...more.map((said) => said && el("div", { class: "quiet" }, said)), bar);
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
      el("p", { class: "quiet" }, `${plural(ranked.length, one, many)} in ${kind} blocks. The number: how many ${many} list it there${level.name === "site" ? "" : ", itself included"}.`, same && " Net: a list that is the same on every page of a site counts once, not once a page."),
      el(
        "ol",
        { class: "top" },
        ...top.map((node) =>
          row(
            el("span", { class: "ranked" }, el("span", { class: "rank" }, rankOf(node)), el("button", { type: "button", class: "link", click: () => choose(level.name, level.id[node]) }, el("bdi", {}, level.label[node]))),
            told[node].count,
            told[node].count / most,
            KIND_COLOURS[kind],
            level.name === "site" ? null : level.site[node],
            siteWide(told[node]),
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
              el("button", { type: "button", class: "link", click: () => compare(sites.id[a], sites.id[b]) }, sites.label[a]),
              " ⇄ ",
              el("button", { type: "button", class: "link", click: () => compare(sites.id[b], sites.id[a]) }, sites.label[b]),
            ),
            there + back,
            (there + back) / (linked[0].there + linked[0].back),
            "#5b6b7f",
            `${plural(there, "link")} there, ${number(back)} back`,
          ),
        ),
      ),
    ),
  );
}
