// The same data as tables, nodes and edges: sortable, a hundred rows at a time, for eyes, keys and screen readers alike.
import { KINDS, type Level, type LevelName } from "./data";
import { el, fill, number } from "./dom";
import type { Shown } from "./filter";
import type { State } from "./state";
import { helpOf, nameOf, stateSaid } from "./words";

const ROWS = 100;
/** Why a number can be one less than in the lists at the side: those count a list's entries alike. */
const ITSELF: Record<LevelName, string> = {
  page: "A page's link to itself is not counted here.",
  story: "A story's link to itself is not counted here.",
  site: "A site's link to itself is not counted here.",
};

type Cell = string | number | null;

interface ColumnOf {
  name: string;
  /** Its heading; its name unless given. */
  words?: string;
  meaning: string;
  /** Whether its cells are numbers. */
  numeric: boolean;
  value: (row: number) => Cell;
  /** Opens a card. */
  opens?: (row: number) => string;
}

export interface Given {
  level: Level;
  shown: Shown;
  state: State;
  meanings: Record<string, string>;
  choose: (level: LevelName, id: string) => void;
  sort: (name: string, down: boolean) => void;
}

export class Table {
  private from = 0;
  private key = "";
  /** What is sorted by, so that another column is seen when it is. */
  private sorted = "";

  constructor(private readonly place: HTMLElement) {}

  draw(given: Given): void {
    const { state, level } = given;
    const columns = state.view === "edges" ? edgeColumns(given) : nodeColumns(given);
    const sorted = columns.find((column) => column.name === state.sort) ?? columns.find((column) => column.name === (state.view === "edges" ? "links" : "indegree_net"))!;
    const down = columns.some((column) => column.name === state.sort) ? state.down : true;
    const mask = state.view === "edges" ? given.shown.edges : given.shown.nodes;
    const rows: number[] = [];
    mask.forEach((on, row) => on && rows.push(row));
    rows.sort(order(sorted, down));
    const key = [level.name, state.view, sorted.name, down, rows.length].join();
    if (key !== this.key) this.from = 0;
    this.key = key;
    const last = Math.min(this.from + ROWS, rows.length);
    const turn = (by: number) => {
      this.from += by * ROWS;
      this.draw(given);
      this.place.querySelector<HTMLElement>(".scroll")!.scrollTop = 0;
      const [back, on] = this.place.querySelectorAll<HTMLButtonElement>(".pages button");
      const [own, other] = by < 0 ? [back, on] : [on, back];
      (own.disabled ? other : own).focus({ preventScroll: true });
    };
    const what = state.view === "edges" ? "links between" : "";
    // A redrawn table leaves a reader where they were: on the same heading, as far to the right.
    const focused = this.place.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["column"] : undefined;
    const isSame = this.sorted.startsWith(`${level.name} ${state.view} `);
    const across = isSame ? (this.place.querySelector(".scroll")?.scrollLeft ?? 0) : 0;
    fill(
      this.place,
      state.view === "nodes" && el("p", { class: "quiet note", id: "table-note" }, ITSELF[level.name]),
      el(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table of ${what} ${level.name === "story" ? "stories" : `${level.name}s`}` },
        el(
          "table",
          { class: "data", "aria-describedby": state.view === "nodes" ? "table-note" : undefined },
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              ...columns.map((column) => {
                const own = column === sorted;
                return el(
                  "th",
                  { scope: "col", class: column.numeric ? "numeric" : "", "aria-sort": own ? (down ? "descending" : "ascending") : "none" },
                  el(
                    "button",
                    { type: "button", title: column.meaning, "data-column": column.name, click: () => given.sort(column.name, own ? !down : column.numeric) },
                    column.words ?? column.name.replaceAll("_", " "),
                    own && el("span", { "aria-hidden": "true" }, down ? " ↓" : " ↑"),
                  ),
                );
              }),
            ),
          ),
          el("tbody", {}, ...rows.slice(this.from, last).map((row) => el("tr", {}, ...columns.map((column, place) => cell(column, row, place === 0, given))))),
        ),
      ),
      el(
        "nav",
        { class: "pages", "aria-label": "Rows" },
        el("span", { class: "quiet more", hidden: true }, "More columns to the right →"),
        el("button", { type: "button", disabled: this.from === 0, click: () => turn(-1) }, "Previous"),
        el("span", {}, rows.length ? `${number(this.from + 1)}–${number(last)} of ${number(rows.length)}` : "No rows"),
        el("button", { type: "button", disabled: last >= rows.length, click: () => turn(1) }, "Next"),
      ),
    );
    const scroll = this.place.querySelector<HTMLElement>(".scroll")!;
    const more = this.place.querySelector<HTMLElement>(".more")!;
    const hint = () => (more.hidden = scroll.scrollLeft + scroll.clientWidth >= scroll.scrollWidth - 2);
    scroll.addEventListener("scroll", hint, { passive: true });
    scroll.scrollLeft = across;
    const by = `${level.name} ${state.view} ${sorted.name}`;
    if (by !== this.sorted) this.bring(scroll, sorted.name);
    this.sorted = by;
    if (focused !== undefined) this.heading(focused)?.focus({ preventScroll: true });
    hint();
  }

  private heading(column: string): HTMLElement | null {
    return this.place.querySelector<HTMLElement>(`[data-column="${CSS.escape(column)}"]`);
  }

  /** Scroll a column into view, beside the first one, which stays. */
  private bring(scroll: HTMLElement, column: string): void {
    const head = this.heading(column)?.closest("th");
    const first = scroll.querySelector<HTMLElement>("thead th");
    if (!head || !first || head === first) return;
    const [own, view] = [head.getBoundingClientRect(), scroll.getBoundingClientRect()];
    const left = own.left - view.left - first.offsetWidth;
    const right = own.right - view.left - scroll.clientWidth;
    if (left < 0) scroll.scrollLeft += left;
    else if (right > 0) scroll.scrollLeft += Math.min(right, left);
  }
}

function cell(column: ColumnOf, row: number, head: boolean, given: Given): HTMLElement {
  const value = column.value(row);
  const id = column.opens?.(row);
  const content =
    typeof value === "number" ? number(value) : id !== undefined
      ? el("button", { type: "button", class: "link", click: () => given.choose(given.level.name, id) }, el("bdi", {}, value))
      : el("bdi", {}, value);
  return head ? el("th", { scope: "row" }, content) : el("td", { class: column.numeric ? "numeric" : "" }, content);
}

function order(column: ColumnOf, down: boolean): (a: number, b: number) => number {
  const collator = new Intl.Collator();
  return (a, b) => {
    const [one, other] = [column.value(a), column.value(b)];
    // What is not known comes last, whichever way.
    if (one === null || other === null) return one === other ? a - b : one === null ? 1 : -1;
    const by = typeof one === "number" && typeof other === "number" ? one - other : collator.compare(String(one), String(other));
    return (down ? -by : by) || a - b;
  };
}

function nodeColumns({ level, meanings }: Given): ColumnOf[] {
  const text = (name: string, values: (string | null)[]): ColumnOf => ({ name, meaning: meanings[name] ?? "", numeric: false, value: (node) => values[node] });
  const columns: ColumnOf[] = [{ ...text(level.name === "site" ? "site" : "title", level.label), opens: (node) => level.id[node] }];
  if (level.name !== "site") columns.push(text("site", level.site));
  const shown = ["indegree_net", "in_related", "in_ranking", "in_recommendation"].filter((name) => name in level.measures);
  const measure = (name: string): ColumnOf => ({ name, words: nameOf(name, level.name), meaning: [helpOf(name, level.name, meanings), /^in(_|degree)/.test(name) && ITSELF[level.name]].filter(Boolean).join(" "), numeric: true, value: (node) => level.measures[name][node] });
  columns.push(...shown.map(measure));
  columns.push({ ...text("date", level.date.map((date) => date?.slice(0, 10) ?? null)), meaning: "Day of publication." });
  columns.push({ name: "depth", meaning: meanings["depth"], numeric: true, value: (node) => level.depth[node] });
  if (level.name !== "site") columns.push(text("state", level.state.map((state) => stateSaid(state))));
  columns.push(...Object.keys(level.measures).filter((name) => !shown.includes(name)).map(measure));
  if (level.name === "page") columns.push(text("url", level.id));
  return columns;
}

function edgeColumns({ level, shown }: Given): ColumnOf[] {
  const both = new Map<string, number>();
  const key = (edge: number) => {
    const [a, b] = [level.source[edge], level.target[edge]];
    return a < b ? `${a} ${b}` : `${b} ${a}`;
  };
  for (let edge = 0; edge < level.edges; edge++) both.set(key(edge), (both.get(key(edge)) ?? 0) + shown.weight[edge]);
  const end = (name: string, ends: number[]): ColumnOf => ({
    name,
    meaning: name === "from" ? "Where the links stand." : "Where they lead.",
    numeric: false,
    value: (edge) => level.label[ends[edge]],
    opens: (edge) => level.id[ends[edge]],
  });
  return [
    end("from", level.source),
    end("to", level.target),
    { name: "links", meaning: "Links of the kinds shown.", numeric: true, value: (edge) => shown.weight[edge] },
    { name: "both_ways", meaning: "Links of the kinds shown, both ways taken together.", numeric: true, value: (edge) => both.get(key(edge))! },
    ...KINDS.map((kind) => ({ name: kind, meaning: `Links in blocks of kind ${kind}.`, numeric: true, value: (edge: number) => level.links[kind][edge] })),
    { name: "best_position", meaning: "Position nearest to the top of a block, from 1.", numeric: true, value: (edge) => level.position[edge] },
  ];
}
