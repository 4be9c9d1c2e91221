import com.atlassian.connect.spring.AtlassianHost;
import com.atlassian.connect.spring.AtlassianHostMappingRepository;
import com.atlassian.connect.spring.AtlassianHostRepository;
import com.atlassian.connect.spring.AtlassianHostRestClients;
import com.atlassian.connect.spring.ContextJwt;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClientResponseException;

/**
 * An app on atlassian-connect-spring-boot in its Tomcat. Prints its port.
 *
 * <p>java -cp 'LIB/*' Spring.java KEY_HOST [CLIENT_KEY SHARED_SECRET]
 *
 * <p>LIB has the jars of the framework. KEY_HOST is the URL under which the keys of install callbacks are. A client key and a
 * secret are those of a tenant that has installed the app before.
 */
public final class Spring {
    private static final Map<Object, AtlassianHost> HOSTS = new ConcurrentHashMap<>();

    private Spring() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 1) {
            var host = new AtlassianHost();
            host.setClientKey(arguments[1]);
            host.setSharedSecret(arguments[2]);
            host.setBaseUrl("https://example.atlassian.net");
            HOSTS.put(host.getClientKey(), host);
        }
        int port = freePort();
        var loader = new DefaultResourceLoader();
        loader.addProtocolResolver((location, next) ->
                location.equals("classpath:atlassian-connect.json") ? new ByteArrayResource(descriptor(port)) : null);
        new SpringApplication(loader, Beans.class).run(
                "--atlassian.connect.public-key-base-url=" + arguments[0],
                "--logging.level.root=off",
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--spring.main.banner-mode=off",
                "--spring.profiles.active=production");
        System.out.println(port);
    }

    /** The descriptor has the port, and the framework reads it before the server starts. */
    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static byte[] descriptor(int port) {
        return """
                {
                  "key": "com.example.spring",
                  "name": "Spring",
                  "baseUrl": "http://127.0.0.1:%d",
                  "authentication": {"type": "jwt"},
                  "scopes": ["READ"],
                  "lifecycle": {"installed": "/installed", "uninstalled": "/uninstalled"},
                  "modules": {
                    "webPanels": [{
                      "key": "panel",
                      "name": {"value": "Panel"},
                      "location": "atl.jira.view.issue.right.context",
                      "url": "/panel?issue={issue.key}"
                    }],
                    "generalPages": [{"key": "call", "name": {"value": "Call"}, "url": "/call"}],
                    "webhooks": [{"event": "jira:issue_created", "url": "/issue-created"}]
                  }
                }"""
                .formatted(port).getBytes(StandardCharsets.UTF_8);
    }

    /** The configuration that an app gives to the framework. */
    @EnableAutoConfiguration
    @Import(Routes.class)
    static class Beans {
        @Bean
        AtlassianHostRepository hosts() {
            return repository(AtlassianHostRepository.class, HOSTS);
        }

        @Bean
        AtlassianHostMappingRepository mappings() {
            return repository(AtlassianHostMappingRepository.class, Map.of());
        }
    }

    /** The framework asks for a token at each of them. */
    @RestController
    static class Routes {
        private final AtlassianHostRestClients clients;

        Routes(AtlassianHostRestClients clients) {
            this.clients = clients;
        }

        @GetMapping("/**")
        String page() {
            return "welcome";
        }

        @ContextJwt
        @GetMapping("/context/**")
        String data() {
            return "welcome";
        }

        @PostMapping("/issue-created")
        ResponseEntity<Void> issueCreated() {
            return ResponseEntity.noContent().build();
        }

        @GetMapping("/call")
        ResponseEntity<String> call() {
            try {
                return ResponseEntity.ok(clients.authenticatedAsAddon().getForObject("/rest/api/3/myself", String.class));
            } catch (RestClientResponseException refusal) {
                return ResponseEntity.status(HttpStatus.BAD_GATEWAY).body(refusal.getResponseBodyAsString());
            }
        }
    }

    /** A store in memory, with the methods that the framework calls. */
    private static <T> T repository(Class<T> type, Map<Object, AtlassianHost> hosts) {
        return type.cast(Proxy.newProxyInstance(
                Spring.class.getClassLoader(), new Class<?>[] {type}, (store, method, given) -> answer(hosts, method, given)));
    }

    private static Object answer(Map<Object, AtlassianHost> hosts, Method method, Object[] given) {
        switch (method.getName()) {
            case "findById":
                if (given[0] == null) {
                    // The message of Spring Data's CrudRepository.
                    throw new IllegalArgumentException("The given id must not be null");
                }
                return Optional.ofNullable(hosts.get(given[0]));
            case "findFirstByBaseUrlOrderByLastModifiedDateDesc":
                return hosts.values().stream().filter(host -> host.getBaseUrl().equals(given[0])).findFirst();
            case "save":
                var host = (AtlassianHost) given[0];
                hosts.put(host.getClientKey(), host);
                return host;
            case "deleteByClientKey":
                return 0L;
            case "toString":
                return "store";
            default:
                throw new UnsupportedOperationException(method.getName());
        }
    }
}
