// origin: the web servers behind the proxy, one http and one https, each with a WebSocket echo on
// every path.
//
//   GET  /bytes/N      N bytes with Content-Length
//   GET  /chunked/N    N bytes in chunks
//   GET  /status/N     an answer with that status
//   GET  /fields       the request as it arrived, as JSON
//   POST /echo         the same, with size and hash of the body
//   /declined          as a WebSocket: 404
//
// Every body carries its SHA-256 in X-Body-Sha256, so that a client needs no copy of what it should
// have got. Knows nothing of proxies.

import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { WebSocketServer } from 'ws';

export function sha256(bytes) {
    return createHash('sha256').update(bytes).digest('hex');
}

/// Bytes that repeat with no power-of-two period, so that a lost or doubled buffer changes the
/// hash.
export function pattern(size) {
    const bytes = Buffer.allocUnsafe(size);
    for (let i = 0; i < size; ++i) bytes[i] = (i * 31 + (i >> 8) * 17 + (i >> 16) * 7) % 251;
    return bytes;
}

function send(response, status, type, body) {
    response.writeHead(status, {
        'Content-Type': type,
        'Content-Length': body.length,
        'X-Body-Sha256': sha256(body),
    });
    response.end(body);
}

function sendChunked(response, body) {
    response.writeHead(200, {
        'Content-Type': 'application/octet-stream',
        'X-Body-Sha256': sha256(body),
    });
    const piece = Math.max(1, Math.ceil(body.length / 7));
    for (let at = 0; at < body.length; at += piece) response.write(body.subarray(at, at + piece));
    response.end();
}

function describe(request) {
    return {
        method: request.method,
        target: request.url,
        version: request.httpVersion,
        fields: request.rawHeaders,
    };
}

function sendJson(response, value) {
    send(response, 200, 'application/json', Buffer.from(JSON.stringify(value)));
}

function receive(request, response) {
    const hash = createHash('sha256');
    let size = 0;
    request.on('data', (piece) => {
        hash.update(piece);
        size += piece.length;
    });
    request.on('end', () =>
        sendJson(response, { ...describe(request), size, sha256: hash.digest('hex') }),
    );
}

function answer(request, response, pages) {
    const { pathname } = new URL(request.url, 'http://origin.test');
    const [, kind, number] = pathname.split('/');
    if (pages.has(pathname))
        send(response, 200, 'text/html; charset=utf-8', Buffer.from(pages.get(pathname)));
    else if (kind === 'bytes')
        send(response, 200, 'application/octet-stream', pattern(Number(number)));
    else if (kind === 'chunked') sendChunked(response, pattern(Number(number)));
    else if (kind === 'echo') receive(request, response);
    else if (kind === 'fields') sendJson(response, describe(request));
    else if (kind === 'status')
        send(response, Number(number), 'text/plain', Buffer.from(`status ${number}\n`));
    else send(response, 404, 'text/plain', Buffer.from('no such page\n'));
}

const Declined =
    'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 9\r\n\r\nnot here\n';

function listen(server, address) {
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, address, () => resolve(server.address().port));
    });
}

/// `pages` maps paths to HTML. The result's `connections` counts what was accepted on the http port
/// so far.
export async function startOrigin({ key, certificate, pages = new Map(), address = '127.0.0.1' }) {
    const plain = http.createServer((request, response) => answer(request, response, pages));
    const secure = https.createServer({ key, cert: certificate }, (request, response) =>
        answer(request, response, pages),
    );
    const echo = (server) => {
        // With perMessageDeflate the server takes up the extension when a client offers it, as most
        // public servers do.
        const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
        sockets.on('connection', (socket) => {
            socket.on('message', (data, binary) => socket.send(data, { binary }));
        });
        server.on('upgrade', (request, connection, early) => {
            if (request.url === '/declined') connection.end(Declined);
            else
                sockets.handleUpgrade(request, connection, early, (socket) =>
                    sockets.emit('connection', socket),
                );
        });
        return sockets;
    };
    const echoes = [echo(plain), echo(secure)];
    const origin = {
        connections: 0,
        httpPort: await listen(plain, address),
        httpsPort: await listen(secure, address),
    };
    plain.on('connection', () => ++origin.connections);

    origin.close = async () => {
        for (const sockets of echoes) sockets.clients.forEach((socket) => socket.terminate());
        for (const server of [plain, secure]) {
            const closed = new Promise((resolve) => server.close(resolve));
            server.closeAllConnections();
            await closed;
        }
    };
    return origin;
}
