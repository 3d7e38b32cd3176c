import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Who may import whom: a room's folder to the bare specifiers it may use. Longest matching folder wins. */
const ALLOWED: Readonly<Record<string, readonly RegExp[]>> = {
  'plugin-api/src': [/^zod$/],
  plugins: [/^@nexus\/plugin-api$/],
  'registry/src': [/^node:/, /^@nexus\/plugin-api$/, /^(zod|semver|tar|undici|markdown-it|sanitize-html)$/],
  'registry/src/contract': [/^zod$/, /^zod-openapi$/, /^@nexus\/plugin-api$/],
  'registry/src/accounts': [/^node:/, /^@node-rs\/argon2$/, /^otpauth$/, /^zod$/, /^@nexus\/plugin-api$/],
  'registry/src/publishers': [/^node:/, /^jose$/, /^zod$/, /^@nexus\/plugin-api$/],
  'registry/src/database': [/^node:/, /^typeorm(\/|$)/, /^better-sqlite3$/, /^pg$/, /^@nexus\/plugin-api$/],
  'registry/src/store': [/^node:/, /^typeorm(\/|$)/, /^@nexus\/plugin-api$/, /^zod$/],
  'registry/src/tuf': [/^node:/, /^@tufjs\/models$/, /^@nexus\/plugin-api$/, /^zod$/],
  'registry/src/log': [/^node:/, /^@sigstore\//, /^@nexus\/plugin-api$/, /^zod$/],
  'registry/src/reviews': [/^node:/, /^jose$/, /^zod$/, /^@nexus\/plugin-api$/],
  'registry/src/signing': [/^node:/, /^@sigstore\//, /^@nexus\/plugin-api$/, /^zod$/],
  'registry/src/http': [/^node:/, /^koa$/, /^@koa\//, /^@nexus\/plugin-api$/, /^zod$/, /^zod-openapi$/, /^semver$/],
  'runtime/src': [/^node:/, /^@nexus\/plugin-api$/, /^zod$/, /^semver$/, /^yaml$/],
  'runtime/src/contract': [/^zod$/],
  'runtime/src/kernel': [/^@nexus\/plugin-api$/],
  'runtime/src/store': [/^node:/, /^typeorm$/, /^@nexus\/(plugin-api|registry\/database)$/, /^zod$/],
  // What a host does as an OAuth client is rare, and well kept by the SDK.
  'runtime/src/gateway/upstream/remote/oauth': [/^node:/, /^@modelcontextprotocol\/client$/, /^@nexus\/plugin-api$/],
  'runtime/src/gateway/search': [/^node:/, /^minisearch$/, /^zod$/, /^@nexus\/plugin-api$/],
  'runtime/src/install': [
    /^node:/,
    /^undici$/,
    /^semver$/,
    /^zod$/,
    /^tuf-js(\/|$)/,
    /^@nexus\/(plugin-api|registry\/(contract|bundle|signing|log|tuf))$/,
  ],
  'runtime/src/schedule': [/^node:/, /^croner$/, /^@nexus\/plugin-api$/],
  'runtime/src/sandbox': [/^node:/, /^isolated-vm$/, /^rolldown$/, /^zod$/, /^@nexus\/plugin-api$/],
  'runtime/src/sandbox/worker/cell': [/^node:/, /^piscina$/, /^zod$/, /^@nexus\/plugin-api$/],
  'runtime/src/sandbox/debug': [/^node:/, /^@jridgewell\/trace-mapping$/, /^ws$/, /^zod$/, /^@nexus\/plugin-api$/],
  'runtime/src/sandbox/guest': [/^@nexus\/plugin-api$/],
  'runtime/src/broker': [/^node:/, /^undici$/, /^ipaddr\.js$/, /^zod$/, /^@nexus\/plugin-api$/],
  'runtime/src/identity': [/^node:/, /^@node-rs\/argon2$/, /^ipaddr\.js$/, /^zod$/, /^@nexus\/plugin-api$/],
  'runtime/src/http': [
    /^node:/,
    /^koa$/,
    /^@koa\//,
    /^zod$/,
    /^zod-openapi$/,
    /^@nexus\/plugin-api$/,
    /^@nexus\/registry\/contract$/,
  ],
  'runtime/src/imports': [/^node:/, /^yauzl$/, /^zod$/, /^@nexus\/(plugin-api|registry\/contract)$/],
  'runtime/src/vouching': [/^node:/, /^semver$/, /^zod$/, /^@nexus\/(plugin-api|registry\/contract)$/],
  'runtime/src/telemetry': [/^node:/, /^pino$/, /^zod$/, /^@nexus\/plugin-api$/],
  'runtime/src/cli': [/^node:/, /^commander$/, /^zod$/, /^undici$/, /^@nexus\/plugin-api$/],
  'runtime/src/publishing': [/^node:/, /^zod$/, /^@nexus\/(plugin-api|registry\/(contract|bundle|signing))$/],
  'runtime/src/developer': [
    /^node:/,
    /^rolldown$/,
    /^zod$/,
    /^@nexus\/(plugin-api(\/testing)?|registry\/(contract|bundle|signing))$/,
  ],
  'runtime/src/installations': [/^node:/, /^zod$/, /^semver$/, /^@nexus\/(plugin-api|registry\/contract)$/],
  'runtime/src/start': [/^node:/, /^zod$/, /^@nexus\/(plugin-api|registry(\/contract)?)$/],
  // The composition root and the start embed the registry; from then on the two talk HTTP.
  'runtime/src/main': [/^node:/, /^@nexus\/(plugin-api|registry)(\/signing|\/contract|\/bundle)?$/, /^zod$/],
  'marketplace-ui/src': [
    /^lit(\/|$)/,
    /^@lit\//,
    /^dompurify$/,
    /^@fontsource-variable\//,
    /^@nexus\/(runtime|registry)\/contract$/,
    /^vite\/client$/,
  ],
}

/** Packages that have one home each. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  'isolated-vm': ['runtime/src/sandbox'],
  piscina: ['runtime/src/sandbox/worker/cell'],
  typeorm: ['registry/src/store', 'registry/src/database', 'runtime/src/store'],
  croner: ['runtime/src/schedule'],
  minisearch: ['runtime/src/gateway/search'],
  '@modelcontextprotocol/client': ['runtime/src/gateway/upstream/remote/oauth'],
  undici: ['registry/src', 'runtime/src/broker', 'runtime/src/install', 'runtime/src/cli'],
  koa: ['runtime/src/http', 'registry/src/http'],
  '@koa/router': ['runtime/src/http', 'registry/src/http'],
}

interface Import {
  readonly file: string
  readonly specifier: string
  readonly typeOnly: boolean
}

async function sourceFiles(): Promise<readonly string[]> {
  const files: string[] = []
  for (const pattern of [
    'plugin-api/src/**/*.ts',
    'plugins/*/src/**/*.ts',
    'registry/src/**/*.ts',
    'runtime/src/**/*.ts',
    'marketplace-ui/src/**/*.ts',
  ]) {
    for await (const file of glob(pattern, { cwd: root })) files.push(file.split(sep).join('/'))
  }
  return files
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(\/\/|\*).*$/gm, '')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  )
  return [...found].map((match) => ({ file, specifier: match[2] ?? match[3] ?? '', typeOnly: match[1] !== undefined }))
}

function ruleFor(file: string): readonly RegExp[] {
  const folders = Object.keys(ALLOWED).filter((folder) => file.startsWith(`${folder}/`) || file === `${folder}.ts`)
  const longest = folders.toSorted((left, right) => right.length - left.length)[0]
  return longest === undefined ? [] : (ALLOWED[longest] ?? [])
}

/** Path below the root of what a relative import names. */
function targetOf(file: string, specifier: string): string {
  return relative(root, resolve(root, dirname(file), specifier))
    .split(sep)
    .join('/')
}

function roomOf(file: string): string {
  const [top = '', second = ''] = file.split('/')
  return top === 'plugins' ? `${top}/${second}` : top
}

const all = (await sourceFiles()).flatMap(importsOf)

describe('architecture', () => {
  it('imports only what the room is allowed', () => {
    const wrong = all
      .filter(({ specifier }) => !specifier.startsWith('.'))
      .filter(({ file, specifier }) => !ruleFor(file).some((rule) => rule.test(specifier)))
    expect(wrong.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([])
  })

  it('keeps relative imports inside the room', () => {
    const wrong = all
      .filter(({ specifier }) => specifier.startsWith('.'))
      .filter(({ file, specifier }) => roomOf(targetOf(file, specifier)) !== roomOf(file))
    expect(wrong.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([])
  })

  it('gives heavy packages one home', () => {
    const wrong = all.filter(({ file, specifier }) => {
      const homes = HOMES[specifier]
      return homes !== undefined && !homes.some((home) => file.startsWith(`${home}/`))
    })
    expect(wrong.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([])
  })

  it('lets the kernel know interfaces only', () => {
    const wrong = all
      .filter(({ file }) => file.startsWith('runtime/src/kernel/'))
      .filter(({ specifier }) => specifier.startsWith('..'))
    expect(wrong.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([])
  })

  it('keeps the contract free of host code at run time', () => {
    const wrong = all
      .filter(({ file, typeOnly }) => file.startsWith('runtime/src/contract/') && !typeOnly)
      .filter(
        ({ file, specifier }) =>
          specifier.startsWith('.') && !targetOf(file, specifier).startsWith('runtime/src/contract/'),
      )
    expect(wrong.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([])
  })

  it('reads the environment in configuration only', async () => {
    const readers: string[] = []
    for (const file of await sourceFiles()) {
      if (/\bprocess\.env\b/.test(readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(\/\/|\*).*$/gm, '')))
        readers.push(file)
    }
    const expected = [/config\.ts$/, /^runtime\/src\/main\.ts$/, /^registry\/src\/main\.ts$/, /^runtime\/src\/cli\//]
    expect(readers.filter((file) => !expected.some((rule) => rule.test(file)))).toEqual([])
  })
})
