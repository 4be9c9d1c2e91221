import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import com.atlassian.connect.spring.AtlassianHost;
import com.atlassian.connect.spring.AtlassianHostMappingRepository;
import com.atlassian.connect.spring.AtlassianHostRepository;
import com.atlassian.connect.spring.ContextJwt;
import com.atlassian.connect.spring.internal.auth.AbstractAuthentication;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.error.DefaultErrorAttributes;
import org.springframework.boot.web.servlet.error.ErrorAttributes;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** An app of the framework in Tomcat, as documented: a descriptor, a store of hosts, and controllers. */
final class App {
    /** The state of one question. All apps share it, because one is asked at a time. */
    static final class State {
        static volatile String baseUrl;
        static volatile Map<String, Object> tenants = Map.of();
        /** The authentication that the framework accepted. */
        static volatile AbstractAuthentication let;
        /** The text that the framework logged and answered. */
        static final StringBuffer said = new StringBuffer();
        /** The exception that was not caught. */
        static volatile Throwable error;

        private State() {}
    }

    private final ServletWebServerApplicationContext context;
    private String guard;

    private App(ServletWebServerApplicationContext context) {
        this.context = context;
    }

    /** Starts an app at a context path. Its keys come from a server at that URL. It has other base URLs, with commas between. */
    static App start(String contextPath, String allowedBaseUrls, String keys) {
        var loader = new DefaultResourceLoader();
        loader.addProtocolResolver((location, next) ->
                location.equals("classpath:atlassian-connect.json") ? new ByteArrayResource(descriptor()) : null);
        var application = new SpringApplication(loader, Beans.class);
        // On the command line, so that the environment cannot override them.
        var context = (ServletWebServerApplicationContext) application.run(
                "--atlassian.connect.allowed-base-urls=" + allowedBaseUrls,
                "--atlassian.connect.public-key-base-url=" + keys,
                // Keys of Forge, which the framework fetches for every bearer token.
                "--atlassian.connect.forge-invocation-token-jwks-url=" + keys + "/forge",
                "--atlassian.connect.redirect-root-to-descriptor=false",
                "--logging.level.root=off",
                "--logging.level.com.atlassian.connect=info",
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--server.servlet.context-path=" + contextPath,
                "--spring.main.banner-mode=off",
                "--spring.main.lazy-initialization=true",
                "--spring.profiles.active=production");
        new Reasons().start();
        return new App(context);
    }

    private static byte[] descriptor() {
        return """
                {"key": "com.example.shim", "baseUrl": "%s", "authentication": {"type": "jwt"},
                 "lifecycle": {"installed": "/installed", "uninstalled": "/uninstalled"}}"""
                .formatted(State.baseUrl).getBytes(StandardCharsets.UTF_8);
    }

    int port() {
        return context.getWebServer().getPort();
    }

    /** Guards all routes that the framework does not define, in one of the two possible ways. */
    void guard(String endpoint) throws NoSuchMethodException {
        if (endpoint.equals(guard)) {
            return;
        }
        var mapping = context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        var all = RequestMappingInfo.paths("/**").options(mapping.getBuilderConfiguration()).build();
        mapping.unregisterMapping(all);
        mapping.registerMapping(all, new Routes(), Routes.class.getMethod(endpoint));
        guard = endpoint;
    }

    static final class Routes {
        @ResponseBody
        public void url() {}

        @ContextJwt
        @ResponseBody
        public void context() {}
    }

    /** The configuration that an app gives to the framework. */
    @EnableAutoConfiguration
    static class Beans {
        @Bean
        AtlassianHostRepository hosts() {
            return repository(AtlassianHostRepository.class);
        }

        @Bean
        AtlassianHostMappingRepository mappings() {
            return repository(AtlassianHostMappingRepository.class);
        }

        /** Records the accepted authentication, also on the framework's own routes. */
        @Bean
        MappedInterceptor witness() {
            return new MappedInterceptor(null, new HandlerInterceptor() {
                @Override
                public void postHandle(
                        HttpServletRequest request, HttpServletResponse response, Object handler, ModelAndView view) {
                    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
                    State.let = authentication instanceof AbstractAuthentication of ? of : null;
                }
            });
        }

        /** Records the exception of an error page. */
        @Bean
        ErrorAttributes errors() {
            return new DefaultErrorAttributes() {
                @Override
                public Map<String, Object> getErrorAttributes(WebRequest request, ErrorAttributeOptions options) {
                    Throwable error = getError(request);
                    State.error = error instanceof ServletException && error.getCause() != null ? error.getCause() : error;
                    var all = super.getErrorAttributes(request, options.including(ErrorAttributeOptions.Include.MESSAGE));
                    State.said.append(all.get("message")).append('\n');
                    return super.getErrorAttributes(request, options);
                }
            };
        }
    }

    /** A store with the tenants of the question. It discards what is saved. */
    private static <T> T repository(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(App.class.getClassLoader(), new Class<?>[] {type}, App::stored));
    }

    private static Object stored(Object store, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "findById" -> find(arguments[0]);
            case "save" -> arguments[0];
            case "deleteByClientKey" -> 0L;
            case "hashCode" -> System.identityHashCode(store);
            case "equals" -> store == arguments[0];
            case "toString" -> "store";
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    private static Optional<AtlassianHost> find(Object id) {
        if (id == null) {
            // The message of Spring Data's CrudRepository.
            throw new IllegalArgumentException("The given id must not be null");
        }
        return Optional.ofNullable(State.tenants.get(id)).map(secret -> {
            var host = new AtlassianHost();
            host.setClientKey((String) id);
            host.setSharedSecret((String) secret);
            host.setBaseUrl("https://example.atlassian.net");
            return host;
        });
    }

    /** Reads the reasons of refusals in the framework's log. */
    private static final class Reasons extends AppenderBase<ILoggingEvent> {
        @Override
        public void start() {
            super.start();
            var logger = (Logger) LoggerFactory.getLogger("com.atlassian.connect");
            setContext(logger.getLoggerContext());
            logger.setAdditive(false);
            logger.detachAndStopAllAppenders();
            logger.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            State.said.append(event.getFormattedMessage()).append('\n');
            for (IThrowableProxy at = event.getThrowableProxy(); at != null; at = at.getCause()) {
                State.said.append(at.getClassName()).append(": ").append(at.getMessage()).append('\n');
            }
        }
    }
}
