import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sends requests to a server on this machine byte for byte, and serves keys. */
final class Loopback {
    /** A request line's method and target, header fields, and a body. */
    record Request(String method, byte[] target, Iterable<Map.Entry<String, String>> headers, byte[] body) {}

    private Loopback() {}

    /** Sends a request, reads its response to the end, and returns the status. */
    static int send(int port, Request request) throws IOException {
        var bytes = new ByteArrayOutputStream();
        write(bytes, request.method() + " ");
        bytes.write(request.target());
        write(bytes, " HTTP/1.1\r\nConnection: close\r\n");
        boolean toHost = false;
        for (var field : request.headers()) {
            write(bytes, field.getKey() + ": " + field.getValue() + "\r\n");
            toHost |= field.getKey().equalsIgnoreCase("Host");
        }
        if (!toHost) {
            write(bytes, "Host: 127.0.0.1\r\n");
        }
        if (request.body().length > 0) {
            write(bytes, "Content-Length: " + request.body().length + "\r\n");
        }
        write(bytes, "\r\n");
        bytes.write(request.body());
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(bytes.toByteArray());
            var received = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(received);
            } catch (SocketException reset) {
                // The server refused the request before it read all of it, and closed the connection.
            }
            if (received.size() == 0) {
                throw new IOException("the server gave no response");
            }
            String response = received.toString(StandardCharsets.ISO_8859_1);
            // If a line feed in the target cuts off the request line, the response has no status line.
            return response.startsWith("HTTP/1.1 ") ? Integer.parseInt(response.split(" ", 3)[1]) : 400;
        }
    }

    private static void write(ByteArrayOutputStream bytes, String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A server of published keys. */
    static final class Keys {
        private final Map<String, String> published = new ConcurrentHashMap<>();
        private final HttpServer server;

        Keys() throws IOException {
            // Without it, each response waits for the client to acknowledge its head.
            System.setProperty("sun.net.httpserver.nodelay", "true");
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::answer);
            server.start();
        }

        /** The URL of the folder of all keys. */
        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        /** Publishes keys by their ids, and removes the earlier ones. */
        void publish(Map<String, Object> keys) {
            published.clear();
            keys.forEach((id, pem) -> published.put("/" + id, (String) pem));
        }

        private void answer(HttpExchange exchange) throws IOException {
            String key = published.get(exchange.getRequestURI().getPath());
            byte[] body = (key == null ? "Not found" : key).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(key == null ? 404 : 200, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}
