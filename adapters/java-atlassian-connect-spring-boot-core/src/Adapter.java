import com.atlassian.connect.spring.internal.AtlassianConnectAutoConfiguration;
import com.atlassian.connect.spring.internal.jwt.JwtParser;
import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;

/**
 * An adapter for atlassian-connect-spring-boot-core, Atlassian's framework for apps on Spring Boot.
 *
 * <p>An app of the framework runs in Tomcat, and receives every request unchanged. The framework decides where it looks for
 * a token, which dates are valid, and what is bound to a URL.
 */
final class Adapter {
    /** Words in the framework's message of a refusal, and their reasons. The first match counts. */
    private static final List<Map.Entry<String, String>> REASONS = List.of(
            Map.entry("Invalid JWS header", "malformed"),
            Map.entry("Unexpected type of JSON object member", "invalid_claim"),
            Map.entry("JSON object member with key", "invalid_claim"),
            Map.entry("JwtParseException", "malformed"),
            Map.entry("Could not find public key", "unknown_key"),
            Map.entry("UnknownJwtIssuerException", "unknown_issuer"),
            Map.entry("JwtSignatureMismatchException", "bad_signature"),
            Map.entry("JwtInvalidSigningAlgorithmException", "algorithm_not_allowed"),
            Map.entry("Could not authenticate the request with symmetric signature", "algorithm_not_allowed"),
            Map.entry("are required claims", "missing_claim"),
            Map.entry("JwtExpiredException", "expired"),
            Map.entry("CredentialsExpiredException", "expired"),
            Map.entry("JwtTooEarlyException", "not_yet_valid"),
            Map.entry("JwtInvalidClaimException", "invalid_claim"),
            Map.entry("Audience claim '", "audience_mismatch"),
            Map.entry("audience for self-authentication token", "audience_mismatch"),
            Map.entry("Invalid audience (", "audience_mismatch"),
            Map.entry("to have contextJwt value", "context_token"),
            Map.entry("Expecting claim 'qsh'", "qsh_mismatch"),
            Map.entry("Qsh mismatch", "qsh_mismatch"),
            Map.entry("Invalid JWT token type", "missing_claim"),
            Map.entry("missing JWT token", "no_token"),
            Map.entry("Rejected incoming request", "no_token"));

    private static final Map<String, App> APPS = new HashMap<>();
    private static Loopback.Keys keys;

    private Adapter() {}

    private static Map<String, Object> authenticate(JSONObject question) throws Exception {
        freeze(question);
        App.State.tenants = (JSONObject) question.get("tenants");
        var app = app(((JSONObject) question.get("request")).getAsString("base_url"), null);
        app.guard(question.getAsString("endpoint"));
        return ask(app, question, null);
    }

    private static Map<String, Object> authenticateInstall(JSONObject question) throws Exception {
        freeze(question);
        App.State.tenants = new JSONObject();
        var app = app(question.getAsString("app_base_url"), (JSONArray) question.get("further_base_urls"));
        keys.publish((JSONObject) question.get("public_keys"));
        var target = new String(target((JSONObject) question.get("request")), StandardCharsets.ISO_8859_1);
        var callback = new JSONObject(Map.of(
                "key", "com.example.shim",
                "clientKey", question.getAsString("client_key"),
                "baseUrl", "https://example.atlassian.net",
                "productType", "jira",
                "eventType", target.split("\\?")[0].endsWith("/uninstalled") ? "uninstalled" : "installed"));
        return ask(app, question, callback.toJSONString());
    }

    private static void freeze(JSONObject question) throws Protocol.Unsupported {
        long leeway = question.getAsNumber("leeway").longValue();
        if (leeway != 0 && leeway != 30) {
            throw new Protocol.Unsupported("has a leeway of 30 seconds, which cannot be set");
        }
        Clock.freeze(question.getAsNumber("now").longValue());
    }

    /** The app at a base URL, and perhaps at others. */
    private static App app(String baseUrl, JSONArray further) {
        App.State.baseUrl = baseUrl == null ? "http://127.0.0.1" : baseUrl;
        String path = App.State.baseUrl.replaceFirst("^[a-z]+://[^/]*", "").replaceFirst("/$", "");
        String allowed = further == null ? "" : String.join(",", further.stream().map(String::valueOf).toList());
        return APPS.computeIfAbsent(path + " " + allowed, key -> App.start(path, allowed, keys.url()));
    }

    private static Map<String, Object> ask(App app, JSONObject question, String callback) throws Exception {
        App.State.let = null;
        App.State.error = null;
        App.State.said.setLength(0);
        int status = Loopback.send(app.port(), sent((JSONObject) question.get("request"), callback));
        var let = App.State.let;
        if (status < 300 && let != null) {
            var claims = (JWTClaimsSet) let.getCredentials();
            return Map.of("issuer", claims.getIssuer(), "claims", claims.toJSONObject());
        }
        String said = App.State.said.toString();
        String message = "%d %s".formatted(status, said.lines().findFirst().orElse(""));
        if (status < 400 || status >= 500) {
            throw App.State.error instanceof Exception error ? error : new IllegalStateException(message, App.State.error);
        }
        for (var reason : REASONS) {
            if (said.contains(reason.getKey())) {
                throw new Protocol.Rejected(reason.getValue(), message);
            }
        }
        throw new Protocol.Rejected(status == 400 ? "malformed" : "other", message);
    }

    /** A request as it is sent: no origin and no fragment. */
    private static Loopback.Request sent(JSONObject request, String callback) {
        var headers = new ArrayList<Map.Entry<String, String>>();
        for (Object field : (JSONArray) request.get("headers")) {
            var pair = (JSONArray) field;
            headers.add(Map.entry((String) pair.get(0), (String) pair.get(1)));
        }
        String form = request.getAsString("form");
        String json = request.get("json") == null ? callback : request.getAsString("json");
        if (form != null) {
            headers.add(Map.entry("Content-Type", "application/x-www-form-urlencoded"));
        } else if (json != null) {
            headers.add(Map.entry("Content-Type", "application/json"));
        }
        String body = form != null ? form : json != null ? json : "";
        return new Loopback.Request(
                request.getAsString("method"), target(request), headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] target(JSONObject request) {
        String hex = request.getAsString("url_hex");
        byte[] url = hex == null
                ? request.getAsString("url").getBytes(StandardCharsets.UTF_8)
                : HexFormat.of().parseHex(hex);
        String target = new String(url, StandardCharsets.ISO_8859_1)
                .replaceFirst("(?i)^[a-z][a-z0-9+.-]*://[^/?#]*", "")
                .replaceFirst("(?s)#.*$", "");
        return (target.startsWith("/") ? target : "/" + target).getBytes(StandardCharsets.ISO_8859_1);
    }

    public static void main(String[] arguments) {
        // Exits in every case, because running servers would keep the process alive.
        try {
            serve();
            System.exit(0);
        } catch (Throwable error) {
            error.printStackTrace();
            System.exit(1);
        }
    }

    private static void serve() throws Exception {
        Clock.putInto("AbstractJwtReader", JwtParser.class);
        keys = new Loopback.Keys();
        // An introduction may take longer than an answer.
        app(null, null);
        Protocol.serve("atlassian-connect-spring-boot-core", AtlassianConnectAutoConfiguration.class, "Java", Map.of(
                "authenticate", Adapter::authenticate,
                "authenticate_install", Adapter::authenticateInstall));
    }
}
