// Readers' words for measures; the crawler's own names stand beside them, for they are those of the exports.
import { KINDS, type Level, type LevelName } from "./data";
import type { State } from "./state";

const MANY = { page: "pages", story: "stories", site: "sites" };

const WORDS: Record<string, string> = {
  pagerank: "importance by links (PageRank)",
  hub: "links to much-linked ones (hub)",
  authority: "linked from many hubs (authority)",
  betweenness: "lies on ways between others (betweenness)",
  core: "how tightly knit it is (core)",
  community: "community",
  copies: "copies on other pages",
  similarity: "likeness to the earliest copy",
  views: "views that the page shows",
  likes: "likes that the page shows",
  bytes: "length of the page in bytes",
  members: "pages that carry it",
  sites: "sites that carry it",
  headlines: "different headlines",
  hosts: "host names",
  pages: "known pages",
  fetched: "fetched pages",
  stories: "different stories",
  copied_share: "share of copied stories",
  out_share: "share of links that leave the site",
  reciprocity: "share of linked sites that link back",
};
/** What most readers look for, by level; all else stands under More measures. */
const FIRST: Record<LevelName, string[]> = {
  page: ["indegree_net", "in_related", "in_ranking", "in_recommendation", "copies", "views", "likes"],
  story: ["indegree_net", "in_related", "in_ranking", "in_recommendation", "members", "sites"],
  site: ["pages", "fetched", "stories", "indegree_net"],
};

/** A measure in words, such as `pages that link to it from Ranking`. */
export function nameOf(measure: string, level: LevelName): string {
  if (measure === "indegree_net") return `${MANY[level]} that link to it`;
  const [, what, kind] = /^(in|out|pagerank)_(.*)$/.exec(measure) ?? [];
  const block = kind && `${kind[0].toUpperCase()}${kind.slice(1)}`;
  if (what === "in") return `${MANY[level]} that link to it from ${block}`;
  if (what === "out" && (KINDS as readonly string[]).includes(kind)) return `${MANY[level]} it links to from ${block}`;
  if (what === "pagerank") return `importance by ${block} (PageRank)`;
  return WORDS[measure] ?? measure.replaceAll("_", " ");
}

/** A title that says what a measure is, and what exports call it. */
export function helpOf(measure: string, level: LevelName, meanings: Record<string, string>): string {
  const plain = (meanings[measure] ?? "").replace(/\bnodes\b/g, MANY[level]).replace(/\bNodes\b/g, sentence(MANY[level]));
  return `${plain} In exports: ${measure}.`.trim();
}

export function sentence(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** The measures that a node's size can show: those most looked for, and the others. None that is 0 everywhere. */
export function sizesOf(level: Level): { first: string[]; more: string[] } {
  const known = Object.keys(level.measures).filter((name) => name !== "community" && name !== "similarity" && level.measures[name].some(Boolean));
  const first = FIRST[level.name].filter((name) => known.includes(name));
  return { first, more: known.filter((name) => !first.includes(name)) };
}

/** The measure that sizes show: the one chosen, or the level's own. */
export function sizeOf(level: Level, state: State): string {
  return state.size in level.measures ? state.size : level.name === "site" ? "pages" : "indegree_net";
}
