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
  if (measure === "indegree_net") return `${MANY[level]} that link to it, net`;
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

/** What states and reasons are called in the report, too. */
const STATES: Record<string, string> = {
  fetched: "fetched",
  redirected: "leads to another address",
  beyond: "deeper than the crawl went",
  failed: "asked for, but no page came",
  excluded: "never asked for",
  pending: "still waiting",
  leased: "still waiting",
};
const REASONS: Record<string, string> = {
  depth: "",
  alias: "counted at the address it leads to",
  not_followed: "stands only in blocks or places that were not followed",
  out_of_scope: "out of scope",
  limit: "left out by the limit for a site",
  robots: "the site asks crawlers to stay away (robots.txt)",
  robots_unreachable: "whether crawlers may come could not be read (robots.txt)",
  private_address: "lies in a private network",
  scheme: "is no web address (not http or https)",
  bad_url: "is no valid address",
  trap: "looks like endless generated pages",
  redirect_loop: "redirects lead in a circle",
  too_many_redirects: "too many redirects in a row",
  http_400: "the server calls the request bad (400)",
  http_401: "asks for a password (401)",
  http_403: "access refused (403)",
  http_404: "page not found (404)",
  http_410: "page removed (410)",
  http_429: "too many requests, says the server (429)",
  http_451: "withheld for legal reasons (451)",
  http_4xx: "refused by the server (4xx)",
  http_5xx: "error of the server (5xx)",
  http_other: "an answer without a page",
  timeout: "no complete answer in time",
  dns: "the host's name leads nowhere",
  connect: "no connection to the host",
  tls: "no trusted encryption",
  reset: "the connection broke",
  protocol: "the answer breaks the rules of the web (HTTP)",
  too_large: "too large",
  not_html: "no web page (not HTML)",
  bad_encoding: "cannot be decoded",
  extract_timeout: "took too long to read",
  extract_crash: "could not be read",
};

/** A state, and the reason for it if there is one to tell; their own names if a newer program wrote them. */
export function stateSaid(state: string, reason: string | null = null): string {
  const why = reason === null ? "" : (REASONS[reason] ?? reason);
  return [STATES[state] ?? state, why].filter(Boolean).join(": ");
}
