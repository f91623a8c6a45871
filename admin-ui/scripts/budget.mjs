// Fails when what a browser has to load has grown too big (gzip sizes of dist/, from Vite's manifest).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KiB = 1024;
const limits = { firstJs: 170 * KiB, firstCss: 16 * KiB, route: 40 * KiB, editor: 125 * KiB, font: 49 * KiB };
const first = 'src/features/overview/OverviewPage.tsx';
const editorRoutes = ['src/features/pac/PacPage.tsx'];

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const zipped = new Map();
function size(file) {
    if (!zipped.has(file)) zipped.set(file, gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length);
    return zipped.get(file);
}

/** Files a chunk needs before it runs: itself and what it imports statically. */
function needs(key, found = new Set()) {
    const chunk = manifest[key];
    if (!chunk || found.has(key)) return found;
    found.add(key);
    for (const other of chunk.imports ?? []) needs(other, found);
    return found;
}
const filesOf = (keys) => new Set([...keys].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]));
const sum = (files, ending) => [...files].filter((file) => file.endsWith(ending)).reduce((total, file) => total + size(file), 0);

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const shell = filesOf(needs(entry));
const firstLoad = new Set([...shell, ...filesOf(needs(first))]);
let failed = 0;
function check(name, bytes, limit) {
    const over = bytes > limit;
    if (over) failed += 1;
    console.log(`${over ? 'OVER ' : 'ok   '} ${name.padEnd(44)} ${(bytes / KiB).toFixed(1).padStart(7)} of ${(limit / KiB).toFixed(0)} KB`);
}
check('first load, JavaScript', sum(firstLoad, '.js'), limits.firstJs);
check('first load, CSS', sum(firstLoad, '.css'), limits.firstCss);
/** With what the route loads lazily by itself, but not what other routes are. */
function whole(key) {
    const found = needs(key);
    for (const each of [...found]) {
        for (const lazy of manifest[each].dynamicImports ?? []) if (each !== entry && !/(Page|Route)\.tsx$/.test(lazy)) needs(lazy, found);
    }
    return found;
}
for (const [key, chunk] of Object.entries(manifest)) {
    if (!chunk.isDynamicEntry || !/(Page|Route)\.tsx$/.test(key) || key === first) continue;
    // A route is what it needs to appear; the editor is what its page is for.
    const editor = editorRoutes.includes(key);
    const extra = [...filesOf(editor ? whole(key) : needs(key))].filter((file) => !shell.has(file));
    check(key.replace('src/features/', ''), sum(extra, '.js'), editor ? limits.editor : limits.route);
}
const latin = Object.values(manifest).find((chunk) => /inter-latin-wght/.test(chunk.file ?? ''))
    ?? { file: [...Object.values(manifest)].flatMap((chunk) => chunk.assets ?? []).find((file) => /inter-latin-wght/.test(file)) };
if (latin.file) check('font, latin', readFileSync(`dist/${latin.file}`).length, limits.font);
if (failed > 0) process.exit(1);
