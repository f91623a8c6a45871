// Builds the pages into dist/: hashed names, one lazy chunk per route, nothing inline, so that the
// server's Content-Security-Policy (default-src 'self') holds.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const apiServer = process.env.SALLYPORT_ADMIN ?? 'https://127.0.0.1:8443';

export default defineConfig({
    plugins: [react()],
    server: {
        host: '127.0.0.1',
        proxy: {
            // The server takes requests of its own pages only: they must look as if they came from there.
            '/api': { target: apiServer, secure: false, ws: true, changeOrigin: true, headers: { Origin: apiServer } },
            '/proxy.pac': { target: apiServer, secure: false },
        },
    },
    build: {
        target: 'es2022',
        cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // light-dark() stays as written
        assetsInlineLimit: 0, // data: addresses would break the policy
        manifest: true,
        modulePreload: { polyfill: false },
        rolldownOptions: {
            output: {
                entryFileNames: 'assets/[name]-[hash].js',
                chunkFileNames: 'assets/[name]-[hash].js',
                assetFileNames: 'assets/[name]-[hash][extname]',
                codeSplitting: {
                    groups: [
                        { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
                        { name: 'editor', test: /node_modules\/(@codemirror|@lezer|style-mod|w3c-keyname|crelt)\//, priority: 2 },
                    ],
                },
            },
        },
    },
    test: {
        environment: 'happy-dom',
        setupFiles: ['src/testing/setup.ts'],
        include: ['src/**/*.test.{ts,tsx}'],
        css: { modules: { classNameStrategy: 'non-scoped' } },
        testTimeout: 10_000,
    },
});
