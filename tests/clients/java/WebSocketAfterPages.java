// Fetches two pages of an origin through the proxy, then echoes messages over a WebSocket to it,
// with one HttpClient.
//
//   java WebSocketAfterPages.java PROXY_PORT HTTP_ORIGIN WS_ORIGIN
//
// An empty HTTP_ORIGIN leaves the pages out.

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

public class WebSocketAfterPages {
    static final Duration LIMIT = Duration.ofSeconds(20);

    /** Hands whole messages over to the one that waits for them. */
    static class Messages implements WebSocket.Listener {
        final BlockingQueue<byte[]> whole = new ArrayBlockingQueue<>(16);
        byte[] begun = new byte[0];

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            int before = begun.length;
            begun = Arrays.copyOf(begun, before + data.remaining());
            data.get(begun, before, data.remaining());
            if (last) {
                whole.add(begun);
                begun = new byte[0];
            }
            socket.request(1);
            return null;
        }
    }

    static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    static void fetch(HttpClient client, String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(answer.body());
        String found = HexFormat.of().formatHex(digest);
        if (!found.equals(answer.headers().firstValue("X-Body-Sha256").orElse("")))
            throw new AssertionError(url + " came damaged, status " + answer.statusCode());
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", port)))
                .build();
        if (!arguments[1].isEmpty()) {
            fetch(client, arguments[1] + "/bytes/1000");
            fetch(client, arguments[1] + "/bytes/50000");
        }

        Messages messages = new Messages();
        WebSocket socket = await(client.newWebSocketBuilder()
                .connectTimeout(LIMIT)
                .buildAsync(URI.create(arguments[2] + "/echo"), messages));
        Random random = new Random();
        for (int i = 0; i < 100; ++i) {
            byte[] message = new byte[1 + random.nextInt(65536)];
            random.nextBytes(message);
            await(socket.sendBinary(ByteBuffer.wrap(message), true));
            byte[] echo = messages.whole.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (!Arrays.equals(message, echo))
                throw new AssertionError("message " + i + " came back changed or not at all");
        }
        await(socket.sendClose(WebSocket.NORMAL_CLOSURE, "enough"));
    }
}
