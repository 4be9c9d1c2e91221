import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.minidev.json.JSONObject;
import net.minidev.json.parser.JSONParser;
import net.minidev.json.parser.ParseException;

/** The adapter protocol, version 1: one JSON object per line on stdin and stdout. */
final class Protocol {
    /** The library has no such operation or option. */
    static final class Unsupported extends Exception {
        Unsupported(String what) {
            super(what);
        }
    }

    /** The library refused in its documented way. */
    static final class Rejected extends Exception {
        final String reason;

        Rejected(String reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    /** An operation: turns a question into the members of its answer. */
    interface Operation {
        Map<String, Object> answer(JSONObject question) throws Exception;
    }

    /** The parts of a request as a server receives it: no origin, no fragment. */
    record Asked(String method, String path, String query, String basePath, String form) {
        static Asked of(JSONObject question) throws Unsupported {
            var request = (JSONObject) question.get("request");
            if (request.get("url") == null) {
                throw new Unsupported("takes a URL as text only");
            }
            String target = withoutOrigin(before(request.getAsString("url"), '#'));
            String path = before(target, '?');
            String query = path.length() < target.length() ? target.substring(path.length() + 1) : "";
            String base = request.getAsString("base_url");
            String basePath = base == null ? "" : before(before(withoutOrigin(base), '?'), '#');
            return new Asked(
                    request.getAsString("method"),
                    path,
                    query,
                    basePath.endsWith("/") ? basePath.substring(0, basePath.length() - 1) : basePath,
                    request.getAsString("form"));
        }

        private static String withoutOrigin(String url) {
            int scheme = url.indexOf("://");
            if (scheme <= 0 || !url.substring(0, scheme).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
                return url;
            }
            String rest = url.substring(scheme + 3);
            String host = before(before(rest, '/'), '?');
            return rest.substring(host.length());
        }

        private static String before(String text, char mark) {
            int at = text.indexOf(mark);
            return at < 0 ? text : text.substring(0, at);
        }
    }

    private Protocol() {}

    /** Answers questions for a library. The class is any class of the library. */
    static void serve(String name, Class<?> library, String language, Map<String, Operation> operations)
            throws IOException, ParseException {
        String version = versionOf(name, library);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16);
        var out = new StringBuilder();
        var stdout = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        // Output of a library must not go to stdout.
        System.setOut(System.err);
        var read = new JSONParser(JSONParser.MODE_RFC4627);
        String line;
        while ((line = in.readLine()) != null) {
            var asked = (JSONObject) read.parse(line);
            var answer = new JSONObject();
            answer.put("id", asked.get("id"));
            answer.putAll(answer(asked, name, version, language, operations));
            out.append(answer.toJSONString()).append('\n');
            // One write for several answers, if none of them waits too long.
            if (!in.ready() || out.length() > 1 << 13) {
                stdout.append(out).flush();
                out.setLength(0);
            }
        }
    }

    /** The version of a library, from the name of its jar. */
    private static String versionOf(String name, Class<?> library) {
        String jar = library.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.substring(jar.lastIndexOf(name) + name.length() + 1, jar.length() - ".jar".length());
    }

    private static Map<String, Object> answer(
            JSONObject asked, String name, String version, String language, Map<String, Operation> operations) {
        String op = asked.getAsString("op");
        if (op.equals("describe")) {
            return Map.of("ok", Map.of(
                    "protocol", 1,
                    "name", name,
                    "version", version,
                    "language", language,
                    "runtime", "Java " + System.getProperty("java.version"),
                    "operations", operations.keySet()));
        }
        Operation operation = operations.get(op);
        if (operation == null) {
            return Map.of("unsupported", "no operation " + op);
        }
        try {
            return Map.of("ok", operation.answer(asked));
        } catch (Unsupported what) {
            return Map.of("unsupported", what.getMessage());
        } catch (Rejected refusal) {
            return Map.of("rejected", Map.of("reason", refusal.reason, "message", refusal.getMessage()));
        } catch (Exception error) {
            String message = error.getMessage() == null ? "" : error.getMessage();
            return Map.of("fault", Map.of("type", error.getClass().getSimpleName(), "message", message));
        }
    }
}
