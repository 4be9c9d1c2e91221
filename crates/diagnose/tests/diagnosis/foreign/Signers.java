import java.math.BigInteger;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Query string hashes as they come out wrong in Java: one function per way that people sign. Beside each stand the
 * mistakes that it makes, as `qsh diagnose` names them. Prints what every one of them makes of ../requests.json.
 */
public class Signers {
    interface Sign {
        String hash(String method, String url, String base) throws Exception;
    }

    record Signer(String name, List<String> mistakes, Sign sign) {}

    /** It reads {@code %+f} as an escape. */
    static final String URL_DECODER = "invalid_escape=signed";

    static byte[] digest(String... parts) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(String.join("&", parts).getBytes(StandardCharsets.UTF_8));
    }

    static String hex(byte[] bytes) {
        var text = new StringBuilder();
        for (byte b : bytes) text.append(String.format("%02x", b));
        return text.toString();
    }

    static String sha256(String... parts) throws Exception {
        return hex(digest(parts));
    }

    static String withoutOrigin(String url) {
        return url.replaceFirst("^https://[^/]+", "");
    }

    /** The path as it is in the text of the URL, below the base. */
    static String path(String url, String base) {
        String path = withoutOrigin(url).split("[?#]", -1)[0];
        String context = base == null ? "" : withoutOrigin(base).replaceFirst("/$", "");
        if (path.startsWith(context)) path = path.substring(context.length());
        path = path.replaceFirst("/$", "");
        return (path.isEmpty() ? "/" : path).replace("&", "%26");
    }

    static String query(String url) {
        String[] parts = url.split("#", 2)[0].split("\\?", 2);
        return parts.length == 2 ? parts[1] : "";
    }

    static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String percent(String text) {
        return form(text).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    static Map<String, List<String>> grouped(String url, Map<String, List<String>> names) {
        for (String pair : query(url).split("&")) {
            String[] parts = pair.split("=", 2);
            String name = decoded(parts[0]);
            if (pair.isEmpty() || name.equals("jwt")) continue;
            names.computeIfAbsent(name, it -> new ArrayList<>()).add(parts.length == 2 ? decoded(parts[1]) : "");
        }
        return names;
    }

    static Map<String, List<String>> ordered(String url) {
        return grouped(url, new TreeMap<>(Comparator.comparing(Signers::percent)));
    }

    static String joined(Map<String, List<String>> names, UnaryOperator<String> escape, String comma) {
        return names.entrySet().stream()
            .map(it -> escape.apply(it.getKey()) + "=" + it.getValue().stream().sorted().map(escape).collect(Collectors.joining(comma)))
            .collect(Collectors.joining("&"));
    }

    static String joined(Map<String, List<String>> names) {
        return joined(names, Signers::percent, ",");
    }

    static String upper(String method) {
        return method.toUpperCase(Locale.ROOT);
    }

    static final List<Signer> SIGNERS = List.of(
        new Signer("URLEncoder of each", List.of("url_encoder", URL_DECODER), (method, url, base) ->
            sha256(upper(method), path(url, base), joined(ordered(url), Signers::form, ","))),
        new Signer("URLEncoder and %20", List.of("escape_set=form", URL_DECODER), (method, url, base) ->
            sha256(upper(method), path(url, base), joined(ordered(url), text -> form(text).replace("+", "%20"), ","))),
        new Signer("unsorted", List.of("name_order=as_given", URL_DECODER), (method, url, base) ->
            sha256(upper(method), path(url, base), joined(grouped(url, new LinkedHashMap<>())))),
        new Signer("a comma that is escaped, too", List.of("repeat=escaped_comma", URL_DECODER), (method, url, base) ->
            sha256(upper(method), path(url, base), joined(ordered(url), Signers::percent, "%2C"))),
        new Signer("the first value only", List.of("repeat=first_only", URL_DECODER), (method, url, base) -> {
            var first = new TreeMap<String, List<String>>(Comparator.comparing(Signers::percent));
            grouped(url, new LinkedHashMap<>()).forEach((name, values) -> first.put(name, values.subList(0, 1)));
            return sha256(upper(method), path(url, base), joined(first));
        }),
        new Signer("URI.getPath", List.of("path_escapes=decoded", URL_DECODER), (method, url, base) ->
            sha256(upper(method), new URI(path(url, base).replace("%26", "&").replace(" ", "%20")).getPath().replace("&", "%26"), joined(ordered(url)))),
        new Signer("hashed as Latin-1", List.of("charset=latin1", URL_DECODER), (method, url, base) ->
            hex(MessageDigest.getInstance("SHA-256").digest(String.join("&", upper(method), path(url, base), joined(ordered(url))).getBytes(StandardCharsets.ISO_8859_1)))),
        new Signer("BigInteger", List.of("hash_text=zeros_dropped", URL_DECODER), (method, url, base) ->
            new BigInteger(1, digest(upper(method), path(url, base), joined(ordered(url)))).toString(16)),
        new Signer("toHexString of each byte", List.of("hash_text=zeros_dropped_in_bytes", URL_DECODER), (method, url, base) -> {
            var text = new StringBuilder();
            for (byte b : digest(upper(method), path(url, base), joined(ordered(url)))) text.append(Integer.toHexString(b & 0xff));
            return text.toString();
        }),
        new Signer("String.valueOf of the map", List.of("parameter_join=java_map", "repeat=java_list", "value_order=as_given", URL_DECODER), (method, url, base) ->
            sha256(upper(method), path(url, base), String.valueOf(ordered(url)))),
        new Signer("UTF-16", List.of("charset=utf16_big_endian_marked", URL_DECODER), (method, url, base) ->
            hex(MessageDigest.getInstance("SHA-256").digest(String.join("&", upper(method), path(url, base), joined(ordered(url))).getBytes(StandardCharsets.UTF_16)))));

    static final Pattern REQUEST = Pattern.compile(
        "\"method\": \"([^\"]*)\", \"url\": \"([^\"]*)\", \"base_url\": (?:\"([^\"]*)\"|null), \"form\": null");

    static String quoted(List<String> texts, String indent) {
        return texts.stream().map(it -> indent + '"' + it + '"').collect(Collectors.joining(","));
    }

    public static void main(String[] arguments) throws Exception {
        var found = REQUEST.matcher(Files.readString(Path.of(arguments[0])));
        var asked = new ArrayList<String[]>();
        while (found.find()) asked.add(new String[] {found.group(1), found.group(2), found.group(3)});
        var made = new ArrayList<String>();
        for (var signer : SIGNERS) {
            var hashes = new ArrayList<String>();
            for (var it : asked) hashes.add(signer.sign.hash(it[0], it[1], it[2]));
            made.add(" {\n  \"signer\": \"" + signer.name + "\",\n  \"mistakes\": [" + quoted(signer.mistakes, "\n   ")
                + "\n  ],\n  \"hashes\": [" + quoted(hashes, "\n   ") + "\n  ]\n }");
        }
        System.out.println("[\n" + String.join(",\n", made) + "\n]");
    }
}
