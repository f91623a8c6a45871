// What goes through the proxy to the origins of this machine: plain requests by the hundred, tunnels
// and WebSockets.
//
//     const traffic = await Traffic.start(['app.test']);
//     const site = await Site.start(...traffic.settings);
//     await traffic.requests(site, 300, (n) => traffic.url('app.test', `/bytes/${n}`));
//     await traffic.stop();
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

import { Loopback } from './Loopback.mjs';
import { until } from './Site.mjs';

const WaitMs = 30_000;
const Connections = 12;
/// FIN and CLOSE, masked with zeros: no code, no reason.
const CloseFrame = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);

export class Traffic {
    settings; // of the program, so that it knows the names
    #loopback;
    #echo;
    #agent = new http.Agent({ keepAlive: true, maxSockets: Connections });
    #tunnels = new Set();

    static async start(names) {
        const traffic = new Traffic();
        traffic.#loopback = await Loopback.start(names);
        traffic.settings = traffic.#loopback.settings;
        traffic.#echo = net.createServer((socket) => socket.on('error', () => {}).pipe(socket));
        traffic.#echo.listen(0, '127.0.0.1');
        await once(traffic.#echo, 'listening');
        return traffic;
    }

    url(host, target = '/bytes/100') {
        return this.#loopback.url(host, target);
    }

    /// Plain requests in absolute-form, the n-th for urlOf(n): how often each status was answered.
    async requests(site, count, urlOf) {
        const statuses = {};
        let next = 0;
        const client = async () => {
            while (next < count) {
                const { status } = await this.request(site, urlOf(next++), this.#agent);
                statuses[status] = (statuses[status] ?? 0) + 1;
            }
        };
        await Promise.all(Array.from({ length: Math.min(count, Connections) }, client));
        return statuses;
    }

    request(site, url, agent = false) {
        return new Promise((resolve, reject) => {
            const options = { host: '127.0.0.1', port: site.proxyPort, path: url, agent, timeout: WaitMs };
            http.get(options, (response) => {
                let text = '';
                response.setEncoding('utf8').on('data', (piece) => (text += piece));
                response.once('end', () => resolve({ status: response.statusCode, text }));
            })
                .on('timeout', () => reject(new Error(`no answer about ${url}`)))
                .on('error', reject);
        });
    }

    /// The workers take a published version a moment after it counts.
    async untilAnswered(site, url, status) {
        await until(async () => (await this.request(site, url)).status === status, `${url} is answered with ${status}`);
    }

    /// A tunnel to an echo that has carried something there and back.
    async tunnel(site, host) {
        const tunnel = await Tunnel.open(site.proxyPort, `${host}:${this.#echo.address().port}`);
        this.#tunnels.add(tunnel);
        await tunnel.echo('first');
        return tunnel;
    }

    /// A WebSocket that is opened and ended.
    async webSocket(site, host) {
        const request = http.get({
            host: '127.0.0.1',
            port: site.proxyPort,
            path: this.url(host, '/'),
            agent: false,
            headers: {
                Connection: 'Upgrade',
                Upgrade: 'websocket',
                'Sec-WebSocket-Version': 13,
                'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
            },
        });
        const [, socket] = await once(request, 'upgrade', { signal: AbortSignal.timeout(WaitMs) });
        socket.resume().write(CloseFrame);
        await once(socket, 'end', { signal: AbortSignal.timeout(WaitMs) });
        socket.end();
    }

    async stop() {
        this.#agent.destroy();
        for (const tunnel of this.#tunnels) tunnel.end();
        await new Promise((resolve) => this.#echo.close(resolve));
        await this.#loopback.stop();
    }
}

class Tunnel {
    isOpen = true;
    #socket;

    static async open(proxyPort, authority) {
        const request = http.request({ host: '127.0.0.1', port: proxyPort, method: 'CONNECT', path: authority, agent: false });
        request.end();
        const [response, socket] = await once(request, 'connect', { signal: AbortSignal.timeout(WaitMs) });
        if (response.statusCode !== 200) throw new Error(`CONNECT ${authority} is answered with ${response.statusCode}`);
        const tunnel = new Tunnel();
        tunnel.#socket = socket;
        const end = () => {
            tunnel.isOpen = false;
            socket.destroy();
        };
        socket.on('end', end).on('error', end).on('close', end);
        return tunnel;
    }

    /// Sends a line and waits until it is back.
    async echo(text) {
        const line = `${text}\n`; // without an end it could become anything, and the proxy would wait
        let back = '';
        const take = (piece) => (back += piece);
        this.#socket.on('data', take).write(line);
        await until(() => back === line || !this.isOpen, `the echo of ${text}`);
        this.#socket.off('data', take);
        if (back !== line) throw new Error('the tunnel has ended');
    }

    end() {
        this.#socket.destroy();
    }
}
