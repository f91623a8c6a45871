// The page's side of pac-sandbox.html: a frame without network, cookies and a way back, in which PAC
// files run. What comes out of it is only shown.
export interface SandboxTest {
    url: string;
    host: string;
    myIp: string;
    /** What dnsResolve() knows; null: there is no such name. */
    addresses: Record<string, string | null>;
}

export interface SandboxAnswer {
    result?: string;
    error?: { text: string; line?: number; column?: number; stopped?: boolean };
    /** Names that were looked up and not known. */
    asked: string[];
}

interface Reply {
    id?: number;
    ready?: boolean;
    answers?: SandboxAnswer[];
}

const MostStartMilliseconds = 5000;

export class Sandbox {
    private readonly waiting = new Map<number, (answers: SandboxAnswer[]) => void>();
    private next = 0;
    private readonly started: Promise<void>;
    private isReady: () => void = () => undefined;

    constructor(private readonly frame: HTMLIFrameElement) {
        window.addEventListener('message', this.onMessage);
        this.started = new Promise((resolve, reject) => {
            this.isReady = resolve;
            setTimeout(() => reject(new Error('The sandbox did not start.')), MostStartMilliseconds);
        });
        this.started.catch(() => undefined); // told to whoever runs something
        frame.src = '/pac-sandbox.html';
    }

    async run(script: string, tests: readonly SandboxTest[]): Promise<SandboxAnswer[]> {
        await this.started;
        const id = this.next++;
        return new Promise((resolve) => {
            this.waiting.set(id, resolve);
            // Its origin is opaque: there is no name to send to.
            this.frame.contentWindow?.postMessage({ id, script, tests }, '*');
        });
    }

    close(): void {
        window.removeEventListener('message', this.onMessage);
    }

    private readonly onMessage = (event: MessageEvent<Reply>): void => {
        if (event.source !== this.frame.contentWindow) return;
        if (event.data.ready) this.isReady();
        if (event.data.id === undefined || !event.data.answers) return;
        this.waiting.get(event.data.id)?.(event.data.answers);
        this.waiting.delete(event.data.id);
    };
}
