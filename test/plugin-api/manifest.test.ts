import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PLUGIN_ID, PLUGIN_VERSION, parseManifest, pluginKinds } from '@nexus/plugin-api'
import * as fc from 'fast-check'
import semver from 'semver'
import { describe, expect, test } from 'vitest'
import { issuePaths, minimal, parseWith } from './manifest-input.ts'

const tool = (name: string) => ({ name, description: 'd', inputSchema: { type: 'object' } })

describe('manifest [H2] [H5] [R1]', () => {
  test('fills in what an author leaves out', () => {
    const parsed = parseManifest(minimal)
    expect(parsed).toEqual({
      ok: true,
      manifest: {
        ...minimal,
        keywords: [],
        main: 'dist/index.js',
        permissions: {},
        optionalPermissions: {},
        config: {},
        sandbox: { profile: 'standard', limits: {} },
        contributes: { tools: [], resources: [], prompts: [], connectors: [] },
      },
    })
  })

  test.each([
    [
      'mcp-adapter',
      { upstreams: [{ name: 'server', transport: 'stdio', title: 't' }], tools: [tool('a')], toolsDynamic: true },
    ],
    ['auth-provider', { authProviders: [{ name: 'oidc', title: 't', flow: 'redirect' }] }],
    ['connector', { tools: [tool('a')], connectors: [{ name: 'mail', title: 't' }] }],
    ['policy-pack', { policies: [{ name: 'mask', title: 't', description: 'd', stage: 'result' }] }],
    ['ui-panel', { panels: [{ name: 'board', title: 't', entry: 'panels/board.html' }], tools: [tool('a')] }],
  ])('accepts a plugin of kind %s with what that kind contributes', (kind, contributes) => {
    expect(issuePaths({ kind, contributes })).toEqual([])
  })

  test('refuses every contribution point that does not belong to the kind', () => {
    const points = [...new Set(Object.values(pluginKinds).flat())]
    for (const [kind, allowed] of Object.entries(pluginKinds)) {
      for (const point of points) {
        const isAllowed = (allowed as readonly string[]).includes(point)
        expect([kind, point, parseWith({ kind, contributes: { [point]: [] } }).ok]).toEqual([kind, point, isAllowed])
      }
    }
    expect(issuePaths({ contributes: { toolsDynamic: true } })).toEqual(['contributes'])
  })

  test.each([
    ['an unknown key', { permision: {} }, ''],
    ['another manifest version', { manifestVersion: 2 }, 'manifestVersion'],
    ['an unknown kind', { kind: 'plugin' }, 'kind'],
    ['an id in upper case', { id: 'Acme/hello' }, 'id'],
    ['an id without publisher', { id: 'hello' }, 'id'],
    ['an npm name as id', { id: '@acme/hello' }, 'id'],
    ['an id with two slashes', { id: 'a/b/c' }, 'id'],
    ['an id that leaves its place', { id: '../hello' }, 'id'],
    ['an id that ends in a dash', { id: 'acme/hello-' }, 'id'],
    ['a version with leading zero', { version: '01.0.0' }, 'version'],
    ['a version with build metadata', { version: '1.0.0+1' }, 'version'],
    ['a version with v', { version: 'v1.0.0' }, 'version'],
    ['a version range', { version: '^1.0.0' }, 'version'],
    ['no description', { description: '' }, 'description'],
    ['a text without English', { displayName: { de: 'Hallo' } }, 'displayName'],
    ['a text in a language that is none', { displayName: { en: 'Hi', 'de DE': 'Hallo' } }, 'displayName'],
    ['every host version', { engines: { nexus: '*' } }, 'engines.nexus'],
    ['an address without TLS', { homepage: 'http://example.com' }, 'homepage'],
    ['a script as address', { repository: 'javascript:alert(1)' }, 'repository'],
    ['code outside the bundle', { main: '../x.js' }, 'main'],
    ['code at an absolute path', { main: '/x/../../y.js' }, 'main'],
    ['an SVG icon, which can hold code', { icon: 'icon.svg' }, 'icon'],
    ['a keyword with spaces', { keywords: ['a b'] }, 'keywords.0'],
    ['more memory than a sandbox may have', { sandbox: { limits: { memoryMb: 4096 } } }, 'sandbox.limits.memoryMb'],
    ['an unknown limit', { sandbox: { limits: { memory: 64 } } }, 'sandbox.limits'],
    ['a config name that is no identifier', { config: { 'a-b': { type: 'boolean', title: 't' } } }, 'config.a-b'],
    ['a config field of unknown type', { config: { a: { type: 'password', title: 't' } } }, 'config.a.type'],
    ['a secret with a default', { config: { a: { type: 'secret', title: 't', default: 'x' } } }, 'config.a'],
    ['a tool name clients refuse', { contributes: { tools: [tool('a.b')] } }, 'contributes.tools.0.name'],
    ['a tool name that is too long', { contributes: { tools: [tool('a'.repeat(65))] } }, 'contributes.tools.0.name'],
    [
      'an input schema that is no object',
      { contributes: { tools: [{ ...tool('a'), inputSchema: { type: 'string' } }] } },
      'contributes.tools.0.inputSchema.type',
    ],
    [
      'a schema from the network',
      {
        contributes: {
          tools: [
            { ...tool('a'), inputSchema: { type: 'object', properties: { x: { $ref: 'https://evil.example/s' } } } },
          ],
        },
      },
      'contributes.tools.0.inputSchema',
    ],
    ['two tools of one name', { contributes: { tools: [tool('a'), tool('b'), tool('a')] } }, 'contributes.tools.2'],
  ])('refuses %s', (_, changes, path) => {
    expect(issuePaths(changes)).toEqual([path])
  })

  test.each([
    [
      'a permission from a config field that is missing',
      { network: [{ fromConfig: 'hosts', methods: ['GET'], reason: 'r' }] },
      {},
      ['permissions.network.0'],
    ],
    [
      'a secret that is missing',
      { secrets: [{ name: 'token', access: 'use', reason: 'r' }] },
      {},
      ['permissions.secrets.0'],
    ],
    [
      'a secret in a field of another type',
      { secrets: [{ name: 'token', access: 'use', reason: 'r' }] },
      { token: { type: 'string', title: 't' } },
      ['permissions.secrets.0'],
    ],
    [
      'a process from a config field that is missing',
      { processes: [{ fromConfig: 'command', reason: 'r' }] },
      {},
      ['permissions.processes.0'],
    ],
    [
      'nothing when the fields are there',
      {
        secrets: [
          { name: 'token', access: 'use', reason: 'r' },
          { name: 'env', access: 'use', reason: 'r' },
        ],
      },
      { token: { type: 'secret', title: 't' }, env: { type: 'secrets', title: 't' } },
      [],
    ],
  ])('cross-checks permissions and configuration: %s', (_, permissions, config, paths) => {
    expect(issuePaths({ permissions, config })).toEqual(paths)
    const optional = parseWith({ optionalPermissions: permissions, config })
    expect(optional.ok).toBe(paths.length === 0)
  })

  test('does not take members of the prototype for config fields', () => {
    expect(issuePaths({ permissions: { secrets: [{ name: 'constructor', access: 'use', reason: 'r' }] } })).toEqual([
      'permissions.secrets.0',
    ])
  })

  test('refuses hidden and direction-changing characters in every text people or models read', () => {
    const hidden = ['\u200b', '\u202e', '\u2066', '\ufeff', '\u00ad', '\u{E0041}', '\u0007', '\u009f']
    for (const character of hidden) {
      const text = `a${character}b`
      expect(issuePaths({ displayName: text })).toEqual(['displayName'])
      expect(issuePaths({ description: { en: 'ok', de: text } })).toEqual(['description.de'])
      expect(issuePaths({ description: { en: 'ok', 'x y': text } })).not.toEqual([])
      expect(issuePaths({ contributes: { tools: [{ ...tool('a'), description: text }] } })).toEqual([
        'contributes.tools.0.description',
      ])
      expect(issuePaths({ permissions: { tools: [{ tool: 'a/b:c', reason: text }] } })).toEqual([
        'permissions.tools.0.reason',
      ])
      expect(issuePaths({ config: { a: { type: 'boolean', title: text } } })).toEqual(['config.a.title'])
    }
    expect(issuePaths({ displayName: 'Grüße, 世界 👋\nשלום' })).toEqual([])
  })

  test('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (value) => !parseManifest(value).ok))
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(minimal)), fc.jsonValue(), (key, value) =>
        ['boolean'].includes(typeof parseWith({ [key]: value }).ok),
      ),
    )
  })

  test('takes exactly the canonical semantic versions without build metadata', () => {
    const part = fc.oneof(fc.nat(), fc.constantFrom('00', '01', '-1', '', 'a', '0a', 'a-b'))
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 2, maxLength: 4 }),
        fc.option(fc.array(part, { minLength: 1, maxLength: 3 })),
        (core, pre) => {
          const version = core.join('.') + (pre === null ? '' : `-${pre.join('.')}`)
          const isCanonical = semver.valid(version) === version && core.every((number) => String(number).length <= 9)
          expect([version, PLUGIN_VERSION.test(version)]).toEqual([version, isCanonical])
        },
      ),
    )
  })

  test('takes ids only in one spelling', () => {
    expect(['a/b', 'acme/hello-world', 'a1/b2'].every((id) => PLUGIN_ID.test(id))).toBe(true)
    expect(
      ['a/b\n', ' a/b', 'a//b', 'a/-b', '-a/b', 'a/b_c', 'ä/b', `${'a'.repeat(40)}/b`, `a/${'b'.repeat(65)}`].some(
        (id) => PLUGIN_ID.test(id),
      ),
    ).toBe(false)
  })
})

describe('manifests of the first-party plugins [H2]', () => {
  test('hold, tell the truth in English and German, and match their package.json', async () => {
    const folder = join(import.meta.dirname, '../../plugins')
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
    expect(names).toEqual(expect.arrayContaining(['openapi', 'redact', 'remote', 'stdio', 'web']))
    for (const name of names) {
      const text = await readFile(join(folder, name, 'nexus.plugin.json'), 'utf8')
      const parsed = parseManifest(JSON.parse(text))
      expect([name, parsed.ok ? [] : parsed.issues]).toEqual([name, []])
      const packageJson: unknown = JSON.parse(await readFile(join(folder, name, 'package.json'), 'utf8'))
      if (parsed.ok)
        expect(packageJson).toMatchObject({
          name: `@${parsed.manifest.id}`,
          version: parsed.manifest.version,
          license: parsed.manifest.license,
        })
      for (const english of text.matchAll(/"en": "[^"]*"(,?)/g))
        expect([english[0], english[1]]).toEqual([english[0], ','])
    }
  })
})
