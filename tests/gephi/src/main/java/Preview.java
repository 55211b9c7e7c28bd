import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.gephi.graph.api.Column;
import org.gephi.graph.api.Graph;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.Node;
import org.gephi.io.exporter.preview.PDFExporter;
import org.gephi.preview.api.CanvasSize;
import org.gephi.preview.api.G2DTarget;
import org.gephi.preview.api.PreviewController;
import org.gephi.preview.api.PreviewModel;
import org.gephi.preview.api.PreviewProperties;
import org.gephi.preview.api.PreviewProperty;
import org.gephi.preview.api.Vector;
import org.gephi.preview.types.DependantColor;
import org.gephi.preview.types.DependantOriginalColor;
import org.gephi.preview.types.EdgeColor;
import org.gephi.project.api.Workspace;
import org.openide.util.Lookup;

/** Draws an imported graph with Gephi's own preview: PNG or PDF, by the file's ending. */
final class Preview {

    /** Height of a label's letters, in pixels, about. */
    private static final float LETTER = 17f;
    private static final int LABELS_PER_SITE = 3;
    private static final int LONGEST_LABEL = 40;

    private Preview() {
    }

    static void draw(Workspace workspace, GraphModel model, File file, int width, int height) throws Exception {
        Rectangle2D area = area(model.getGraph());
        // What a label's letters measure is said in the graph's own units.
        float letter = (float) Math.max(area.getWidth() / width, area.getHeight() / height) * LETTER;
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont(letter);
        choose(model.getGraph(), font);
        PreviewController previews = Lookup.getDefault().lookup(PreviewController.class);
        PreviewModel preview = previews.getModel(workspace);
        PreviewProperties properties = preview.getProperties();
        properties.putValue(PreviewProperty.BACKGROUND_COLOR, Color.WHITE);
        properties.putValue(PreviewProperty.MARGIN, 2f);
        properties.putValue(PreviewProperty.SHOW_EDGES, true);
        properties.putValue(PreviewProperty.EDGE_CURVED, false);
        properties.putValue(PreviewProperty.EDGE_COLOR, new EdgeColor(EdgeColor.Mode.SOURCE));
        properties.putValue(PreviewProperty.EDGE_OPACITY, 13f);
        properties.putValue(PreviewProperty.EDGE_THICKNESS, letter / 20f);
        properties.putValue(PreviewProperty.EDGE_RADIUS, 0f);
        properties.putValue(PreviewProperty.ARROW_SIZE, 0f);
        properties.putValue(PreviewProperty.NODE_BORDER_FIXED, true);
        properties.putValue(PreviewProperty.NODE_BORDER_WIDTH, letter / 20f);
        properties.putValue(PreviewProperty.NODE_BORDER_COLOR, new DependantColor(Color.WHITE));
        properties.putValue(PreviewProperty.NODE_OPACITY, 100f);
        properties.putValue(PreviewProperty.SHOW_NODE_LABELS, true);
        properties.putValue(PreviewProperty.NODE_LABEL_PROPORTIONAL_SIZE, false);
        properties.putValue(PreviewProperty.NODE_LABEL_FONT, font);
        properties.putValue(PreviewProperty.NODE_LABEL_COLOR, new DependantOriginalColor(new Color(30, 30, 30)));
        properties.putValue(PreviewProperty.NODE_LABEL_OUTLINE_COLOR, new DependantColor(Color.WHITE));
        // In per cent of the letters' height.
        properties.putValue(PreviewProperty.NODE_LABEL_OUTLINE_SIZE, 16f);
        properties.putValue(PreviewProperty.NODE_LABEL_OUTLINE_OPACITY, 90f);
        previews.refreshPreview(workspace);
        try (OutputStream out = new FileOutputStream(file)) {
            if (file.getName().endsWith(".pdf")) {
                PDFExporter exporter = new PDFExporter();
                exporter.setLandscape(width > height);
                exporter.setWorkspace(workspace);
                exporter.setOutputStream(out);
                exporter.execute();
            } else {
                Canvas canvas = new Canvas(width, height, preview.getGraphicsCanvasSize());
                previews.render(canvas, workspace);
                ImageIO.write(canvas.getImage(), "png", out);
            }
        }
    }

    private static Rectangle2D area(Graph graph) {
        Rectangle2D area = null;
        for (Node node : graph.getNodes().toArray()) {
            Rectangle2D own = box(node);
            area = area == null ? own : area.createUnion(own);
        }
        return area == null ? new Rectangle2D.Double(0, 0, 1, 1) : area;
    }

    private static Rectangle2D box(Node node) {
        return new Rectangle2D.Double(node.x() - node.size(), node.y() - node.size(), 2 * node.size(), 2 * node.size());
    }

    /** Leave the labels of the largest nodes of each site, as far as they do not overlap; take the others off. */
    private static void choose(Graph graph, Font font) {
        Node[] nodes = graph.getNodes().toArray();
        Arrays.sort(nodes, Comparator.comparing((Node node) -> -node.size()).thenComparing(node -> node.getId().toString()));
        Map<Object, Integer> shown = new HashMap<>();
        List<Rectangle2D> taken = new ArrayList<>();
        Column sites = null;
        for (Column column : graph.getModel().getNodeTable()) {
            sites = column.getTitle().equals("site") ? column : sites; // its id is the file's key, not its name
        }
        for (Node node : nodes) {
            Object site = sites == null ? "" : node.getAttribute(sites);
            String label = node.getLabel();
            node.setLabel("");
            if (label == null || shown.getOrDefault(site, 0) >= LABELS_PER_SITE) {
                continue;
            }
            if (label.length() > LONGEST_LABEL) {
                label = label.substring(0, LONGEST_LABEL - 1) + "…";
            }
            Rectangle2D text = font.getStringBounds(label, new FontRenderContext(null, true, true));
            Rectangle2D own = new Rectangle2D.Double(
                node.x() - text.getWidth() / 2, node.y() - text.getHeight() / 2, text.getWidth(), text.getHeight());
            if (taken.stream().noneMatch(own::intersects)) {
                taken.add(own);
                shown.merge(site, 1, Integer::sum);
                node.setLabel(label);
            }
        }
    }

    /** What Gephi's renderers draw on: the Toolkit's own canvas asks for a screen, which a server has not. */
    private static final class Canvas implements G2DTarget {

        private final BufferedImage image;
        private final Graphics2D graphics;
        private final float scaling;

        Canvas(int width, int height, CanvasSize drawing) {
            image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            graphics = image.createGraphics();
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, width, height);
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            scaling = 0.97f * Math.min(width / drawing.getWidth(), height / drawing.getHeight());
            graphics.translate(width / 2.0, height / 2.0);
            graphics.scale(scaling, scaling);
            graphics.translate(
                -drawing.getX() - drawing.getWidth() / 2.0, -drawing.getY() - drawing.getHeight() / 2.0);
        }

        @Override
        public Graphics2D getGraphics() {
            return graphics;
        }

        @Override
        public BufferedImage getImage() {
            return image;
        }

        @Override
        public int getWidth() {
            return image.getWidth();
        }

        @Override
        public int getHeight() {
            return image.getHeight();
        }

        @Override
        public float getScaling() {
            return scaling;
        }

        @Override
        public Vector getTranslate() {
            return new Vector();
        }

        @Override
        public void resize(int width, int height) {
            throw new UnsupportedOperationException("the canvas keeps its size");
        }

        @Override
        public void setScaling(float factor) {
            throw new UnsupportedOperationException("the canvas keeps its scale");
        }

        @Override
        public void setMoving(boolean moving) {
            // only a window moves
        }

        @Override
        public void reset() {
            // only a window is reset
        }

        @Override
        public void refresh() {
            // what is drawn is in the image at once
        }
    }
}
