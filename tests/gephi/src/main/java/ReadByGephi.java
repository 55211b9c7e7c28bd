import java.io.File;
import java.io.FileNotFoundException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gephi.graph.api.Column;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.Element;
import org.gephi.graph.api.Graph;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.Interval;
import org.gephi.graph.api.Node;
import org.gephi.graph.api.Table;
import org.gephi.graph.api.TimeRepresentation;
import org.gephi.graph.api.types.TimeMap;
import org.gephi.graph.api.types.TimeSet;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.EdgeMergeStrategy;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.importer.api.Issue;
import org.gephi.io.importer.api.Report;
import org.gephi.io.importer.plugin.file.spreadsheet.ImporterSpreadsheetCSV;
import org.gephi.io.processor.plugin.AppendProcessor;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.io.processor.spi.Processor;
import org.gephi.project.api.ProjectController;
import org.gephi.project.api.Workspace;
import org.openide.util.Lookup;

/**
 * Imports files with Gephi's own importers and prints, for each, one line of JSON: what Gephi has then.
 *
 * <pre>
 * java -jar read-by-gephi.jar [--sample N] [--as-written] [--merge STRATEGY] [--edges NAME] [--render FILE [--size WxH]] PATH...
 * </pre>
 *
 * A PATH is a .graphml or .gexf file, or a folder with nodes.csv and edges.csv, which are imported one after the
 * other into one workspace, each with the mode and types that Gephi guesses. Everything that the import dialogue
 * lets one choose is as it is there, but for the merging of parallel edges: none, unless --merge says otherwise.
 * With --as-written, positions and sizes too are those of the file: the dialogue's "Auto-scale" is off.
 */
public final class ReadByGephi {

    private int sample = Integer.MAX_VALUE;
    private boolean asWritten;
    private EdgeMergeStrategy merge = EdgeMergeStrategy.NO_MERGE;
    private String edges = "edges.csv";
    private File picture;
    private int width = 1600;
    private int height = 1200;
    private final List<File> paths = new ArrayList<>();

    private ReadByGephi(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--sample" -> sample = Integer.parseInt(args[++i]);
                case "--as-written" -> asWritten = true;
                case "--merge" -> merge = EdgeMergeStrategy.valueOf(args[++i]);
                case "--edges" -> edges = args[++i];
                case "--render" -> picture = new File(args[++i]);
                case "--size" -> {
                    String[] sides = args[++i].split("x");
                    width = Integer.parseInt(sides[0]);
                    height = Integer.parseInt(sides[1]);
                }
                default -> paths.add(new File(args[i]));
            }
        }
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("java.awt.headless", "true");
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err); // what the Toolkit prints is not ours
        ReadByGephi program = new ReadByGephi(args);
        for (File path : program.paths) {
            out.println(Json.of(program.read(path)));
        }
        out.flush();
        System.exit(out.checkError() ? 1 : 0); // the Toolkit's threads would keep the machine up
    }

    private Map<String, Object> read(File path) throws Exception {
        ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
        projects.closeCurrentProject();
        projects.newProject();
        Workspace workspace = projects.getCurrentWorkspace();
        Set<Issue> issues = new LinkedHashSet<>();
        if (path.isDirectory()) {
            load(new File(path, "nodes.csv"), new DefaultProcessor(), workspace, issues);
            load(new File(path, edges), new AppendProcessor(), workspace, issues);
        } else {
            load(path, new DefaultProcessor(), workspace, issues);
        }
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel(workspace);
        Map<String, Object> found = describe(model, issues);
        if (picture != null) {
            Preview.draw(workspace, model, picture, width, height);
        }
        return found;
    }

    private void load(File file, Processor processor, Workspace workspace, Set<Issue> issues)
            throws FileNotFoundException {
        ImportController imports = Lookup.getDefault().lookup(ImportController.class);
        Container container;
        if (file.getName().endsWith(".csv")) {
            ImporterSpreadsheetCSV importer = new ImporterSpreadsheetCSV();
            importer.setFile(file); // guesses charset, separator, mode and column types, as the wizard does
            container = imports.importFile(file, importer);
        } else {
            container = imports.importFile(file);
        }
        if (container == null) {
            throw new IllegalStateException(file + ": no importer, or the import failed");
        }
        container.getLoader().setEdgesMergeStrategy(merge);
        container.getLoader().setAutoScale(!asWritten);
        collect(container.getReport(), issues); // of reading; processing puts a report of its own in its place
        imports.process(container, processor, workspace);
        collect(container.getReport(), issues);
        collect(processor.getReport(), issues);
    }

    private static void collect(Report report, Set<Issue> issues) {
        if (report != null) {
            for (Iterator<Issue> found = report.getIssues(Integer.MAX_VALUE); found.hasNext();) {
                issues.add(found.next());
            }
        }
    }

    private Map<String, Object> describe(GraphModel model, Set<Issue> issues) {
        Graph graph = model.getGraph();
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("node_count", graph.getNodeCount());
        found.put("edge_count", graph.getEdgeCount());
        found.put("directed", model.isDirected());
        found.put("multigraph", model.isMultiGraph());
        found.put("dynamic", model.isDynamic());
        found.put("time_format", model.getTimeFormat().name());
        found.put("time_zone", model.getTimeZone().getID());
        found.put("time_representation", model.getConfiguration().getTimeRepresentation().name());
        Interval bounds = model.getTimeBounds();
        found.put("time_bounds", pair(bounds));
        List<Object> types = new ArrayList<>();
        for (Object label : model.getEdgeTypeLabels()) {
            types.add(label == null ? null : label.toString());
        }
        found.put("edge_types", types);
        found.put("node_columns", columns(model.getNodeTable()));
        found.put("edge_columns", columns(model.getEdgeTable()));
        boolean intervals = model.getConfiguration().getTimeRepresentation() == TimeRepresentation.INTERVAL;
        List<Object> nodes = new ArrayList<>();
        for (Node node : graph.getNodes().toArray()) {
            if (nodes.size() < sample) {
                nodes.add(node(node, intervals));
            }
        }
        found.put("nodes", nodes);
        List<Object> links = new ArrayList<>();
        for (Edge edge : graph.getEdges().toArray()) {
            if (links.size() < sample) {
                links.add(edge(edge, intervals));
            }
        }
        found.put("edges", links);
        List<Object> said = new ArrayList<>();
        for (Issue issue : issues) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("level", issue.getLevel().name());
            one.put("message", issue.getMessage());
            if (issue.getThrowable() != null) {
                one.put("thrown", issue.getThrowable().toString());
            }
            said.add(one);
        }
        found.put("issues", said);
        return found;
    }

    /** Columns by the title that Gephi shows; the names of those that every graph has are Gephi's own. */
    private static Map<String, Object> columns(Table table) {
        Map<String, Object> found = new LinkedHashMap<>();
        for (Column column : table) {
            found.merge(column.getTitle(), column.getTypeClass().getSimpleName(), (one, other) -> one + "," + other);
        }
        return found;
    }

    private static Map<String, Object> node(Node node, boolean intervals) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("id", node.getId().toString());
        found.put("label", node.getLabel());
        found.put("x", node.x());
        found.put("y", node.y());
        found.put("size", node.size());
        found.put("rgb", rgb(node.getRGBA()));
        element(node, intervals, found);
        return found;
    }

    private static Map<String, Object> edge(Edge edge, boolean intervals) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("id", edge.getId().toString());
        found.put("label", edge.getLabel());
        found.put("source", edge.getSource().getId().toString());
        found.put("target", edge.getTarget().getId().toString());
        found.put("directed", edge.isDirected());
        found.put("weight", edge.getWeight());
        found.put("kind", edge.getTypeLabel() == null ? null : edge.getTypeLabel().toString());
        found.put("rgb", edge.alpha() == 0 ? null : rgb(edge.getRGBA()));
        element(edge, intervals, found);
        return found;
    }

    private static void element(Element element, boolean intervals, Map<String, Object> found) {
        List<Object> spells = new ArrayList<>();
        if (intervals) {
            for (Interval interval : element.getIntervals()) {
                spells.add(pair(interval));
            }
        } else {
            for (double time : element.getTimestamps()) {
                spells.add(time);
            }
        }
        found.put("times", spells);
        Map<String, Object> values = new LinkedHashMap<>();
        for (Column column : element.getTable()) {
            Object value = element.getAttribute(column);
            if (value != null && !column.isProperty()) {
                values.put(column.getTitle(), plain(value));
            }
        }
        found.put("values", values);
    }

    private static List<Object> rgb(int rgba) {
        return List.of(rgba >> 16 & 255, rgba >> 8 & 255, rgba & 255);
    }

    private static List<Object> pair(Interval interval) {
        List<Object> ends = new ArrayList<>();
        ends.add(interval == null ? null : interval.getLow());
        ends.add(interval == null ? null : interval.getHigh());
        return ends;
    }

    /** Values over time become a list of [time or [from, to], value]; sets of times a list of them. */
    private static Object plain(Object value) {
        if (value instanceof TimeMap<?, ?> map) {
            Object[] times = map.toKeysArray();
            Object[] values = map.toValuesArray();
            List<Object> found = new ArrayList<>();
            for (int i = 0; i < times.length; i++) {
                found.add(List.of(plain(times[i]), plain(values[i])));
            }
            return found;
        }
        if (value instanceof TimeSet<?> set) {
            List<Object> found = new ArrayList<>();
            for (Object time : set.toArray()) {
                found.add(plain(time));
            }
            return found;
        }
        return value instanceof Interval interval ? pair(interval) : value;
    }

    /** Just enough JSON: maps, lists, numbers, booleans, null, and all else as text. */
    private static final class Json {

        private final StringBuilder text = new StringBuilder();

        static String of(Object value) {
            Json json = new Json();
            json.add(value);
            return json.text.toString();
        }

        private void add(Object value) {
            if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
                text.append(value);
            } else if (value instanceof Number number) {
                double wide = Double.parseDouble(number.toString()); // a float as it is written, not as it is stored
                text.append(Double.isFinite(wide) ? Double.toString(wide) : "\"" + wide + "\"");
            } else if (value instanceof Map<?, ?> map) {
                String before = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    text.append(before);
                    quote(entry.getKey().toString());
                    text.append(':');
                    add(entry.getValue());
                    before = ",";
                }
                text.append(map.isEmpty() ? "{}" : "}");
            } else if (value instanceof List<?> list) {
                text.append('[');
                for (int i = 0; i < list.size(); i++) {
                    text.append(i > 0 ? "," : "");
                    add(list.get(i));
                }
                text.append(']');
            } else {
                quote(value.toString());
            }
        }

        private void quote(String string) {
            text.append('"');
            for (int i = 0; i < string.length(); i++) {
                char c = string.charAt(i);
                if (c == '"' || c == '\\') {
                    text.append('\\').append(c);
                } else if (c < ' ' || c > '~') {
                    text.append(String.format("\\u%04x", (int) c));
                } else {
                    text.append(c);
                }
            }
            text.append('"');
        }
    }
}
