// The arrows between the folders: features know no other feature, components know no subject, the
// client knows no page. And every text catalogue is collected.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '.');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));

function importsOf(file: string): string[] {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => join(file, '..', match[1] ?? ''));
}

describe('imports', () => {
    it.each(files.filter((file) => file.startsWith('features/')))('%s knows no other feature', (file) => {
        const own = file.split('/').slice(0, 2).join('/');
        expect(importsOf(file).filter((path) => path.startsWith('features/') && !path.startsWith(`${own}/`) && path !== own)).toEqual([]);
    });
    it.each(files.filter((file) => file.startsWith('components/')))('%s knows no subject', (file) =>
        expect(importsOf(file).filter((path) => /^(features|shell|api)\//.test(path))).toEqual([]));
    it.each(files.filter((file) => file.startsWith('api/')))('%s knows no page', (file) =>
        expect(importsOf(file).filter((path) => /^(features|shell|components)\//.test(path))).toEqual([]));
});

it('collects every text catalogue', () => {
    const catalogues = files.filter((file) => file.endsWith('/texts.ts')).map((file) => file.replace(/\.ts$/, ''));
    expect(importsOf('texts.ts').sort()).toEqual(catalogues.sort());
});

it('asks no other origin for anything', () => {
    const elsewhere = files.filter((file) => /(?:fetch|src=|href=)\(?["'`{]*https?:\/\//.test(readFileSync(join(root, file), 'utf8')));
    expect(elsewhere).toEqual([]);
});
