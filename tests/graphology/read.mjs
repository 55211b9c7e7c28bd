// Read an export as graphology's own readers do, and print what the graph holds as JSON.
import { readFileSync } from "node:fs";
import Graph from "graphology";
import gexf from "graphology-gexf";
import graphml from "graphology-graphml";

const path = process.argv[2];
const text = readFileSync(path, "utf-8");
const read = {
  gexf: () => gexf.parse(Graph, text),
  graphml: () => graphml.parse(Graph, text),
  json: () => Graph.from(JSON.parse(text)),
};
const graph = read[path.split(".").pop()]();
process.stdout.write(
  JSON.stringify({
    type: graph.type,
    multi: graph.multi,
    attributes: graph.getAttributes(),
    nodes: graph.mapNodes((key, attributes) => ({ key, attributes })),
    edges: graph.mapEdges((key, attributes, source, target) => ({ key, source, target, attributes })),
  }),
);
