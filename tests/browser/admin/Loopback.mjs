// What stands behind the proxy: an origin on this machine, and names for it that only the proxy
// knows. The guard refuses addresses of this machine until a rule lets them.
//
//     const loopback = await Loopback.start(['good.test', 'bad.test']);
//     const site = await Site.start(...loopback.settings);
//     await site.throughProxy(loopback.url('good.test', '/status/200'));
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { startOrigin } from '../../clients/origin.mjs';

/// The row of the guard layer without which nothing here is reached.
export const LoopbackGuard = {
    name: 'This machine',
    action: 'allow',
    when: { address: ['127.0.0.0/8'] },
};

export class Loopback {
    origin;
    settings; // of the program, so that it knows the names
    #directory;

    static async start(names) {
        const loopback = new Loopback();
        loopback.#directory = mkdtempSync(path.join(os.tmpdir(), 'sallyport names '));
        const file = path.join(loopback.#directory, 'hosts');
        writeFileSync(file, names.map((name) => `127.0.0.1 ${name}\n`).join(''));
        loopback.settings = ['--hosts-file', file];
        loopback.origin = await startOrigin({});
        return loopback;
    }

    get port() {
        return this.origin.httpPort;
    }

    url(name, target = '/status/200') {
        return `http://${name}:${this.port}${target}`;
    }

    async stop() {
        await this.origin.close();
        rmSync(this.#directory, { recursive: true, force: true });
    }
}
