import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildApp } from '../../app/build';

const MOST_BYTES = 7_000_000;

const bundle = mkdtempSync(path.join(tmpdir(), 'bundle-'));
let files: readonly string[];

beforeAll(async () => {
  await buildApp(bundle);
  files = readdirSync(bundle, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
});

afterAll(() => rmSync(bundle, { recursive: true }));

const text = (file: string): string => readFileSync(file, 'utf8');

/** Every script that a start loads: the server's imports after the check of the Node version, and their static imports. */
function atStart(): readonly string[] {
  const imported = (script: string, pattern: RegExp): string[] =>
    [...script.matchAll(pattern)].map(([, name = '']) => name);
  const server = text(path.join(bundle, 'server.mjs'));
  const names = new Set(['server.mjs', ...imported(server, /\bimport\("\.\/([^"]+)"\)/g)]);
  for (const name of names) {
    const found = imported(text(path.join(bundle, name)), /^(?:\} from|import) "\.\/([^"]+)"/gm);
    for (const one of found) names.add(one);
  }
  return [...names].map((name) => text(path.join(bundle, name)));
}

describe('the production bundle', () => {
  test('has the server, its lazy parts and the pages, with at most 7 MB', () => {
    const names = files.map((file) => path.relative(bundle, file).split(path.sep).join('/'));
    expect(names).toEqual(expect.arrayContaining(['server.mjs', 'pages/qa.html']));
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThanOrEqual(MOST_BYTES);
  });

  test('contains the licence of every bundled package', () => {
    const notices = text(path.join(bundle, 'THIRD-PARTY-NOTICES.txt'));
    const scripts = files.filter((file) => file.endsWith('.mjs')).map(text);
    // esbuild lists each bundled file.
    const names = scripts.flatMap((script) =>
      [...script.matchAll(/^(?: *\/\/ | *")\S*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(
        ([, name = '']) => name,
      ),
    );
    const packages = [...new Set(names)];
    expect(packages.length).toBeGreaterThan(40);
    expect(
      packages.filter((name) => !notices.includes(`\n${name} `) && !notices.startsWith(`${name} `)),
    ).toEqual([]);
    // Each of these is only in a licence's text, not in a manifest.
    expect(notices).toContain('Copyright (c) 2022-present The Fastify team');
    expect(notices).toMatch(
      /^abstract-logging [\d.]+ \(MIT\)\n\nBy James Sumners .*The package has no licence text\.$/m,
    );
    // A package's comments name code copied from others.
    expect(scripts.join('')).toContain('formdata-polyfill. MIT License.');
    // Two versions of one package have separate licences.
    expect(notices.match(/^fast-uri \d/gm)).toHaveLength(2);
  });

  test("the page's script names the file of its licences, which exists", () => {
    const assets = path.join(bundle, 'pages', 'assets');
    const script = readdirSync(assets).find((name) => name.endsWith('.js')) ?? '';
    expect(text(path.join(assets, script))).toContain('Licences: THIRD-PARTY-NOTICES.txt');
    expect(text(path.join(assets, 'THIRD-PARTY-NOTICES.txt'))).toMatch(
      /^@daily-co\/daily-js [\d.]+ \(BSD-2-Clause\)[^]*Redistribution and use in source and binary forms/,
    );
  });

  test('loads the packages of AWS and Azure, and the video parser, only on first use', () => {
    const cloud = /node_modules\/(?:@aws|@smithy|@azure|@typespec|mediabunny)/;
    expect(files.some((file) => cloud.test(text(file)))).toBe(true);
    expect(atStart().filter((script) => cloud.test(script))).toEqual([]);
  });

  test('loads the HTTP client for Tavus only on first use', () => {
    const scripts = atStart();
    expect(scripts.join('')).toContain('import("./undici-');
    expect(scripts.filter((script) => script.includes('node_modules/undici/lib/dispatcher/pool.js'))).toEqual(
      [],
    );
  });

  test("loads daily-js from the page's own files, not from another host", () => {
    const html = text(path.join(bundle, 'pages', 'qa.html'));
    expect(html.match(/(?:src|href)="(?!\/(?!\/)|data:)[^"]*"/g)).toBeNull();
  });
});
