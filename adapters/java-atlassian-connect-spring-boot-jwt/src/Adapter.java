import com.atlassian.connect.spring.internal.jwt.CanonicalHttpServletRequest;
import com.atlassian.connect.spring.internal.jwt.HttpRequestCanonicalizer;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import net.minidev.json.JSONObject;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.Parameters;

/**
 * An adapter for atlassian-connect-spring-boot-jwt, with which Atlassian's framework for Spring Boot verifies requests of
 * products.
 *
 * <p>The library takes a servlet request. The shim's request has the unchanged path, and the path of the base URL as its
 * context path. Its parameters are those that Tomcat reads from the query, and from the form of a POST.
 */
final class Adapter {
    private Adapter() {}

    private static CanonicalHttpServletRequest canonical(JSONObject question) throws Protocol.Unsupported {
        var asked = Protocol.Asked.of(question);
        var parameters = parameters(asked);
        var request = (HttpServletRequest) Proxy.newProxyInstance(
                Adapter.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getMethod" -> asked.method();
                    case "getRequestURI" -> asked.path();
                    case "getContextPath" -> asked.basePath();
                    case "getParameterMap" -> parameters;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return new CanonicalHttpServletRequest(request);
    }

    private static Map<String, String[]> parameters(Protocol.Asked asked) {
        var parameters = new Parameters();
        parameters.setCharset(StandardCharsets.UTF_8);
        parameters.setQueryStringCharset(StandardCharsets.UTF_8);
        var query = MessageBytes.newInstance();
        byte[] text = asked.query().getBytes(StandardCharsets.UTF_8);
        query.setBytes(text, 0, text.length);
        parameters.setQuery(query);
        parameters.handleQueryParameters();
        // Servlet specification, 3.1.1: the form of a POST. The method is always sent in upper case.
        if (asked.form() != null && asked.method().equalsIgnoreCase("POST")) {
            byte[] form = asked.form().getBytes(StandardCharsets.UTF_8);
            parameters.processParameters(form, 0, form.length);
        }
        var map = new LinkedHashMap<String, String[]>();
        for (String name : Collections.list(parameters.getParameterNames())) {
            map.put(name, parameters.getParameterValues(name));
        }
        return map;
    }

    public static void main(String[] arguments) throws Exception {
        Protocol.serve("atlassian-connect-spring-boot-jwt", CanonicalHttpServletRequest.class, "Java", Map.of(
                "canonical_request",
                question -> Map.of("canonical_request", HttpRequestCanonicalizer.canonicalize(canonical(question))),
                "qsh",
                question -> Map.of("qsh", HttpRequestCanonicalizer.computeCanonicalRequestHash(canonical(question)))));
    }
}
