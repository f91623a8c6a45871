// Puts what Vite built into the program: writes an assembler file that includes each file, plain and
// compressed, and a C++ file with the table of them (server/admin/site/UiFiles.h).
//
//   node embed.mjs DIST OUTPUT-FOLDER
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [dist, output] = process.argv.slice(2);
if (!dist || !output) {
    console.error('usage: node embed.mjs DIST OUTPUT-FOLDER');
    process.exit(2);
}

const MEDIA_TYPES = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    svg: 'image/svg+xml',
    png: 'image/png',
    ico: 'image/x-icon',
    woff2: 'font/woff2',
    json: 'application/json',
    txt: 'text/plain; charset=utf-8',
    webmanifest: 'application/manifest+json',
};
const COMPRESSED = new Set(['html', 'js', 'css', 'svg', 'json', 'txt', 'webmanifest']);
/// Smaller ones fit into one packet anyway.
const LEAST_COMPRESSED_BYTES = 1024;

function filesBelow(folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.name.startsWith('.')) return []; // Vite's manifest
        return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

function encodings(plain, extension) {
    const encoded = { plain };
    if (!COMPRESSED.has(extension) || plain.length < LEAST_COMPRESSED_BYTES) return encoded;
    encoded.gzip = gzipSync(plain, { level: 9 });
    encoded.brotli = brotliCompressSync(plain, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
    });
    return encoded;
}

mkdirSync(join(output, 'content'), { recursive: true });
const assembler = ['.section .rodata', ''];
const declarations = [];
const rows = [];
for (const [index, path] of filesBelow(dist).sort().entries()) {
    const name = `/${relative(dist, path).replaceAll('\\', '/')}`;
    const extension = name.slice(name.lastIndexOf('.') + 1);
    const mediaType = MEDIA_TYPES[extension];
    if (!mediaType) throw new Error(`${name}: no media type is known for .${extension}`);
    const plain = readFileSync(path);
    const views = {};
    for (const [encoding, content] of Object.entries(encodings(plain, extension))) {
        const symbol = `sallyport_ui_${index}_${encoding}`;
        const file = join(output, 'content', `${index}.${encoding}`);
        writeFileSync(file, content);
        assembler.push(`.global ${symbol}`, `${symbol}:`, `.incbin "${file}"`, '');
        declarations.push(`extern "C" const char ${symbol}[];`);
        views[encoding] = `{${symbol}, ${content.length}}`;
    }
    const caching = name.startsWith('/assets/') ? 'Forever' : 'Never';
    const tag = createHash('sha256').update(plain).digest('hex').slice(0, 24);
    rows.push(
        `    {"${name}", "${mediaType}", ${views.plain}, ${views.gzip ?? '{}'}, ${views.brotli ?? '{}'},`,
        `     UiFile::Caching::${caching}, "${tag}"},`,
    );
}
assembler.push('.section .note.GNU-stack,"",@progbits', '');
writeFileSync(join(output, 'UiContent.S'), assembler.join('\n'));
writeFileSync(
    join(output, 'UiFiles.cpp'),
    `#include "admin/site/UiFiles.h"

${declarations.join('\n')}

namespace sallyport::admin::site {
namespace {

const UiFile Files[] = {
${rows.join('\n')}
};

} // namespace

std::span<const UiFile> uiFiles()
{
    return Files;
}

} // namespace sallyport::admin::site
`,
);
