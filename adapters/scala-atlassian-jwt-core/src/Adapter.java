import io.toolsplus.atlassian.jwt.HttpRequestCanonicalizer;
import io.toolsplus.atlassian.jwt.api.CanonicalHttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.minidev.json.JSONObject;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * An adapter for atlassian-jwt-core for Scala.
 *
 * <p>The library takes a path that is relative to the base URL, and decoded parameters. The shim decodes each pair with
 * java.net.URLDecoder.
 */
final class Adapter {
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private Adapter() {}

    private record Request(String method, String relativePath, Map<String, List<String>> parameters)
            implements CanonicalHttpRequest {
        @Override
        public scala.collection.immutable.Map<String, Seq<String>> parameterMap() {
            scala.collection.immutable.Map<String, Seq<String>> map = scala.collection.immutable.Map$.MODULE$.empty();
            for (var parameter : parameters.entrySet()) {
                Seq<String> values = JavaConverters.asScalaBufferConverter(parameter.getValue()).asScala();
                map = map.$plus(new Tuple2<>(parameter.getKey(), values));
            }
            return map;
        }
    }

    private static Request request(JSONObject question) throws Protocol.Unsupported {
        var asked = Protocol.Asked.of(question);
        if (!asked.basePath().isEmpty()) {
            throw new Protocol.Unsupported("takes no base URL: the caller has to make the path relative to it");
        }
        if (asked.form() != null) {
            throw new Protocol.Unsupported("takes no form body");
        }
        var parameters = new LinkedHashMap<String, List<String>>();
        for (String pair : asked.query().split("&")) {
            if (!pair.isEmpty()) {
                String[] sides = pair.split("=", 2);
                String value = sides.length > 1 ? decoded(sides[1]) : "";
                parameters.computeIfAbsent(decoded(sides[0]), name -> new ArrayList<>()).add(value);
            }
        }
        return new Request(asked.method(), asked.path(), parameters);
    }

    /** Decodes as specified, because the library has no decoder. Malformed escapes stay. */
    private static String decoded(String text) {
        return URLDecoder.decode(BAD_ESCAPE.matcher(text).replaceAll("%25"), StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) throws Exception {
        Protocol.serve("atlassian-jwt-core_2.12", HttpRequestCanonicalizer.class, "Scala", Map.of(
                "canonical_request",
                question -> Map.of("canonical_request", HttpRequestCanonicalizer.canonicalize(request(question))),
                "qsh",
                question -> Map.of("qsh", HttpRequestCanonicalizer.computeCanonicalRequestHash(request(question)))));
    }
}
