// Bundles src/ into the two files that the wheel holds, with the licences of what is bundled.
// node build.mjs [FOLDER]: FOLDER is crawler/export/assets unless named.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, "..", "crawler", "export", "assets");
const common = { absWorkingDir: here, bundle: true, minify: true, charset: "ascii", legalComments: "none", logLevel: "warning" };

mkdirSync(folder, { recursive: true });
const script = await build({
  ...common,
  entryPoints: ["src/main.ts"],
  outfile: join(folder, "map.js"),
  format: "iife",
  target: "es2022",
  metafile: true,
});
await build({ ...common, entryPoints: ["src/map.css"], outfile: join(folder, "map.css") });

// Whatever ended up in the bundle, not what package.json names.
const packages = new Set(
  Object.keys(script.metafile.inputs)
    .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter(Boolean),
);
const parts = ["map.js holds these packages, each under its own licence.\n"];
for (const name of [...packages].sort()) {
  const root = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  parts.push(`${"=".repeat(72)}\n${name} ${version} (${license})\n\n${licence(root)}`);
}
writeFileSync(join(folder, "THIRD-PARTY.txt"), parts.join("\n"));

function licence(root) {
  const name = readdirSync(root).find((file) => /^licen[cs]e(\.(txt|md))?$/i.test(file));
  if (name === undefined) throw new Error(`${root}: has no licence file`);
  return readFileSync(join(root, name), "utf8").trim() + "\n";
}
