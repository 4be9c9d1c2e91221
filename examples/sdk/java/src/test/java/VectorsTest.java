import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.atlassian.connect.spring.internal.jwt.CanonicalHttpServletRequest;
import com.atlassian.connect.spring.internal.jwt.HttpRequestCanonicalizer;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.Parameters;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.springframework.mock.web.MockHttpServletRequest;

/**
 * The vectors of canonical requests in JUnit, with nothing of qsh but the JSON files. The SDK that is tested here is
 * atlassian-connect-spring-boot-jwt; put your own in its place.
 */
class VectorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The cases that bind an SDK: an open one binds nobody. */
    private static List<JsonNode> binding() throws IOException {
        String root = System.getenv().getOrDefault("QSH_VECTORS", "../../../vectors");
        List<Path> paths;
        try (Stream<Path> found = Files.walk(Path.of(root), 2)) {
            paths = found.filter(path -> path.toString().endsWith(".json"))
                    .filter(path -> !path.endsWith("schema.json"))
                    .sorted()
                    .toList();
        }
        var cases = new ArrayList<JsonNode>();
        for (Path path : paths) {
            JsonNode file = JSON.readTree(path.toFile());
            assertEquals("qsh-vectors", file.path("format").asText(), path + " has another format");
            assertEquals(1, file.path("version").asInt(), path + " has another version");
            for (JsonNode it : file.get("cases")) {
                if (it.get("operation").asText().equals("canonical_request") && !it.get("level").asText().equals("open")) {
                    cases.add(it);
                }
            }
        }
        return cases;
    }

    /** What the SDK makes of a request, as a servlet receives it. */
    private static String hash(JsonNode input) throws Exception {
        assumeTrue(input.has("url"), "takes a URL as text only");
        String target = withoutOrigin(before(input.get("url").asText(), '#'));
        String path = before(target, '?');
        var request = new MockHttpServletRequest(input.get("method").asText(), path);
        request.setContextPath(withoutOrigin(input.path("base_url").asText("")).replaceFirst("/$", ""));
        // Tomcat's own parser: the mock has none.
        var parameters = new Parameters();
        parameters.setCharset(UTF_8);
        if (path.length() < target.length()) {
            add(parameters, target.substring(path.length() + 1));
        }
        if (input.hasNonNull("form") && input.get("method").asText().equals("POST")) {
            add(parameters, input.get("form").asText());
        }
        for (String name : Collections.list(parameters.getParameterNames())) {
            request.setParameter(name, parameters.getParameterValues(name));
        }
        return HttpRequestCanonicalizer.computeCanonicalRequestHash(new CanonicalHttpServletRequest(request));
    }

    private static void add(Parameters parameters, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        parameters.processParameters(bytes, 0, bytes.length);
    }

    private static String withoutOrigin(String url) {
        return url.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://[^/?]*", "");
    }

    private static String before(String text, char mark) {
        int at = text.indexOf(mark);
        return at < 0 ? text : text.substring(0, at);
    }

    private static void check(JsonNode it, String reason) throws Exception {
        String found = hash(it.get("input"));
        JsonNode expect = it.get("expect");
        boolean passes = found.equals(expect.get("qsh").asText());
        if (passes && reason != null) {
            fail(it.get("id") + " passes: take it out of known.json (" + reason + ")");
        }
        if (!passes && reason == null) {
            String asked = it.get("id") + ": expected " + expect.get("qsh") + " for " + expect.get("canonical_request");
            fail(asked + ", found " + found);
        }
        assumeTrue(passes, "known: " + reason);
    }

    @TestFactory
    Stream<DynamicTest> vectors() throws IOException {
        // What fails today, by the id of the case, each with the reason.
        var known = JSON.readValue(Path.of("known.json").toFile(), new TypeReference<Map<String, String>>() {});
        Set<String> unused = new HashSet<>(known.keySet());
        var tests = new ArrayList<DynamicTest>();
        for (JsonNode it : binding()) {
            String id = it.get("id").asText();
            unused.remove(id);
            tests.add(dynamicTest(id, () -> check(it, known.get(id))));
        }
        tests.add(dynamicTest(
                "every known failure is one of the cases", () -> assertTrue(unused.isEmpty(), unused.toString())));
        return tests.stream();
    }
}
