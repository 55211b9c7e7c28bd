// The card of a node: what is known of it, its links by kind, its copies, and how the crawl came to it.
import { KIND_COLOURS } from "./colours";
import { isFetched, KINDS, labelOfPage, type Document, type Level, type LevelName } from "./data";
import { dot, el, number, plural } from "./dom";
import { siteWide } from "./lists";
import { helpOf, nameOf, stateSaid } from "./words";
import { inWords, wayTo } from "./way";

const NEIGHBOURS = 8;

export interface Actions {
  /** Open another node's card. */
  choose: (level: LevelName, id: string) => void;
  has: (level: LevelName, id: string) => boolean;
  narrow: (steps: number) => void;
  /** Let the pages of a way stand out on the map. */
  trace: (pages: number[]) => void;
  steps: number;
  close: () => void;
  /** The ids of a site's drawn pages. */
  pagesOf: (site: string) => string[];
  selectPages: (site: string) => void;
}

export function card(given: Document, level: Level, node: number, act: Actions): HTMLElement {
  const page = level.page[node];
  return el(
    "article",
    { class: "card", "aria-labelledby": "card-title" },
    el(
      "header",
      {},
      el("h2", { id: "card-title", tabindex: "-1" }, el("bdi", {}, level.label[node])),
      el("button", { type: "button", class: "icon", "aria-label": "Close card", click: act.close }, "✕"),
    ),
    facts(given, level, node, act),
    narrowing(act),
    level.name === "site" && pagesOf(given, level.id[node], act),
    isCountedElsewhere(level, node) ? el("p", { class: "quiet elsewhere" }, "Links to it are counted at the page it leads to.") : counts(level, node),
    level.name === "site" ? null : way(given, page, act, level),
    copies(given, level, node, act),
    isCountedElsewhere(level, node) ? null : neighbours(level, node, act),
    isCountedElsewhere(level, node) ? null : numbers(given, level, node),
  );
}

/** Whether it only leads to another page: what links to it is counted there, and zeros would deny its own way. */
function isCountedElsewhere(level: Level, node: number): boolean {
  return level.state[node] === "redirected" && !level.arriving[node].length && !level.leaving[node].length;
}

function facts(given: Document, level: Level, node: number, act: Actions): HTMLElement {
  const { pages } = given;
  const page = level.page[node];
  const url = level.name === "site" ? null : pages.url[page];
  const rows: [string, Node | string | null][] = [
    ["Site", level.name === "site" ? null : el("button", { type: "button", class: "link", click: () => act.choose("site", level.site[node]) }, level.site[node])],
    [level.name === "site" ? "First story dated" : "Date", level.date[node]?.slice(0, 16).replace("T", " ") ?? null],
    ["Depth", level.depth[node] === null ? "no followed way leads here" : level.depth[node] === 0 ? "0 (seed)" : number(level.depth[node])],
    ["State", isFetched(level, node) ? null : stateSaid(level.state[node], level.name === "page" ? pages.reason[page] : null)],
    ["Redirects to", level.name === "page" && pages.leads[page] >= 0 ? jump(given, pages.leads[page], act) : null],
    [level.name === "story" ? "Nearest page" : "Page", url === null ? null : outside(url)],
  ];
  return el(
    "dl",
    { class: "facts" },
    ...rows.flatMap(([name, value]) => (value === null || value === "" ? [] : [el("dt", {}, name), el("dd", {}, value)])),
  );
}

/** A link out of this file: named as one, and only for addresses of the web. */
function outside(url: string): HTMLElement {
  if (!/^https?:\/\//i.test(url)) return el("span", { class: "url" }, url);
  return el(
    "a",
    { class: "url", href: url, rel: "noreferrer noopener external", target: "_blank", title: "Opens the live page, outside this file" },
    url,
    el("span", { class: "out" }, " ↗ outside"),
  );
}

/** A page's name: opens its card if it is drawn, or that of its story. */
function jump(given: Document, page: number, act: Actions): HTMLElement {
  const { pages } = given;
  const text = labelOfPage(pages, page);
  if (!act.has("page", pages.url[page])) return el("bdi", {}, text);
  return el("button", { type: "button", class: "link", click: () => act.choose("page", pages.url[page]) }, el("bdi", {}, text));
}

function narrowing(act: Actions): HTMLElement {
  const at = (steps: number, text: string) =>
    el("button", { type: "button", "aria-pressed": String(act.steps === steps), click: () => act.narrow(steps) }, text);
  return el(
    "div",
    { class: "narrowing" },
    el("h3", { id: "narrowing" }, "Show on the map: all, or what is within so many links of it"),
    el("div", { class: "segments", role: "group", "aria-labelledby": "narrowing" }, at(0, "All"), at(1, "1 step"), at(2, "2 steps"), at(3, "3 steps")),
  );
}

function pagesOf(given: Document, site: string, act: Actions): HTMLElement {
  const { pages } = given;
  const urls = act.pagesOf(site);
  const place = new Map(pages.url.map((url, page) => [url, page]));
  return el(
    "details",
    { class: "own" },
    el("summary", {}, `Its pages (${number(urls.length)})`),
    el("div", { class: "buttons" }, el("button", { type: "button", click: () => act.selectPages(site) }, "Select its pages")),
    el(
      "ul",
      { class: "list" },
      ...urls.slice(0, NEIGHBOURS * 3).map((url) => el("li", {}, jump(given, place.get(url)!, act))),
      urls.length > NEIGHBOURS * 3 && el("li", { class: "quiet" }, `and ${number(urls.length - NEIGHBOURS * 3)} more`),
    ),
  );
}

function counts(level: Level, node: number): DocumentFragment {
  const sum = (edges: number[], kind: (typeof KINDS)[number]) =>
    edges.reduce((total, edge) => total + level.links[kind][edge], 0);
  const what = { page: "pages", story: "stories", site: "sites" }[level.name];
  const cell = (edges: number[], direction: string, kind: (typeof KINDS)[number]) => {
    const from = level.measures[`${direction}_${kind}`]?.[node] ?? 0;
    return el("td", { title: `${plural(sum(edges, kind), "link")} in the map` }, number(from));
  };
  const same = KINDS.map((kind) => ({ kind, told: level.listed(kind, node) })).filter(({ told }) => told.sites.length > 0);
  const shown = KINDS.filter(
    (kind) => kind !== "other" || level.measures["in_other"]?.[node] || level.measures["out_other"]?.[node],
  );
  const table = el(
    "table",
    { class: "counts" },
    el("caption", {}, `Linked ${what}, by block`),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Block"), el("th", { scope: "col" }, "Pushed by"), el("th", { scope: "col" }, "Links to"))),
    el(
      "tbody",
      {},
      ...shown.map((kind) =>
        el(
          "tr",
          { "data-kind": kind },
          el("th", { scope: "row" }, dot(KIND_COLOURS[kind], "dash"), kind),
          cell(level.arriving[node], "in", kind),
          cell(level.leaving[node], "out", kind),
        ),
      ),
    ),
  );
  const all = document.createDocumentFragment();
  all.append(table, ...same.map(({ kind, told }) => el("p", { class: "quiet" }, dot(KIND_COLOURS[kind], "dash"), siteWide(told))));
  return all;
}

function way(given: Document, page: number, act: Actions, level: Level): HTMLElement {
  const steps = wayTo(given.pages, page);
  const siteOf = (at: number) => given.pages.sites[given.pages.site[at]];
  const head = el("h3", {}, level.name === "story" ? "The way from the seed to its nearest page" : "The way from the seed");
  if (steps === null) return el("section", { class: "way" }, head, el("p", { class: "quiet" }, given.pages.depth[page] === null ? "No followed way leads here." : "Not in this file: crawl path tells it."));
  return el(
    "section",
    { class: "way" },
    head,
    el("p", { class: "words" }, inWords(steps)),
    level.name === "page" && steps.length > 1 && el("button", { type: "button", class: "link", click: () => act.trace(steps.map((step) => step.page)) }, "Show it on the map"),
    el(
      "ol",
      {},
      ...steps.map((step, place) =>
        el(
          "li",
          {},
          step.kind === null ? el("span", { class: "tag" }, step.said) : tag(step.kind, step.said),
          step.kind === null && place > 0 && el("span", { class: "quiet free" }, "adds no click"),
          step.page === page && level.name === "page" ? el("bdi", {}, labelOfPage(given.pages, page)) : jump(given, step.page, act),
          siteOf(step.page) !== (place > 0 ? siteOf(steps[place - 1].page) : null) && el("span", { class: "quiet site" }, siteOf(step.page)),
        ),
      ),
    ),
  );
}

function tag(kind: (typeof KINDS)[number], text: string): HTMLElement {
  return el("span", { class: "tag" }, dot(KIND_COLOURS[kind], "dash"), text);
}

function copies(given: Document, level: Level, node: number, act: Actions): HTMLElement | null {
  if (level.name === "site") return null;
  const { pages, stories } = given;
  const story = level.name === "story" ? stories.id.indexOf(level.id[node]) : pages.story[level.page[node]];
  if (story < 0) return null;
  const others = stories.pages[story].filter((page) => level.name === "story" || page !== level.page[node]);
  const hidden = stories.count[story] - stories.pages[story].length;
  return el(
    "section",
    {},
    el("h3", {}, level.name === "story" ? plural(stories.count[story], "copy", "copies") : `Same story on ${plural(stories.count[story] - 1, "other page")}`),
    el(
      "ul",
      { class: "list" },
      ...others.map((page) => el("li", {}, jump(given, page, act), el("span", { class: "quiet" }, pages.sites[pages.site[page]], " · ", outside(pages.url[page])))),
      hidden > 0 && el("li", { class: "quiet" }, `and ${number(hidden)} more`),
    ),
  );
}

function neighbours(level: Level, node: number, act: Actions): HTMLElement {
  const list = (edges: number[], ends: number[], text: string) => {
    const ranked = [...edges].sort((a, b) => level.total[b] - level.total[a] || level.position[a] - level.position[b]);
    return el(
      "details",
      { open: level.name === "site" },
      el("summary", {}, `${text} (${number(edges.length)})`),
      el(
        "ul",
        { class: "list" },
        ...ranked.slice(0, NEIGHBOURS * 3).map((edge) =>
          el(
            "li",
            {},
            el("button", { type: "button", class: "link", click: () => act.choose(level.name, level.id[ends[edge]]) }, el("bdi", {}, level.label[ends[edge]])),
            el("span", { class: "quiet" }, ...KINDS.filter((kind) => level.links[kind][edge]).map((kind) => tag(kind, `${kind} ${number(level.links[kind][edge])}`))),
          ),
        ),
        edges.length > NEIGHBOURS * 3 && el("li", { class: "quiet" }, `and ${number(edges.length - NEIGHBOURS * 3)} more: see the table of links`),
      ),
    );
  };
  return el(
    "section",
    { class: "neighbours" },
    list(level.arriving[node], level.source, "Linked from"),
    list(level.leaving[node], level.target, "Links to"),
  );
}

function numbers(given: Document, level: Level, node: number): HTMLElement {
  const said = given.meanings[level.name];
  const rows = Object.entries(level.measures).filter(([name, values]) => values[node] !== null && !/^(in|out)_(related|ranking|recommendation|other)$/.test(name));
  return el(
    "details",
    {},
    el("summary", {}, "All measures"),
    el("dl", { class: "facts" }, ...rows.flatMap(([name, values]) => [el("dt", { title: helpOf(name, level.name, said) }, nameOf(name, level.name)), el("dd", {}, number(values[node]))])),
  );
}
