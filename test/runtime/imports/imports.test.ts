import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerDocument } from '@nexus/registry/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEgress } from '../../../runtime/src/broker/index.ts'
import { createImports, createSourceClient, openBundleShelf } from '../../../runtime/src/imports/index.ts'
import { openChoices } from '../../../runtime/src/vouching/index.ts'
import { bundleFiles, bundleManifest, zip } from './zip.ts'

const META = {
  'io.modelcontextprotocol.registry/official': {
    status: 'active',
    statusChangedAt: '2026-01-01T00:00:00Z',
    publishedAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    isLatest: true,
  },
}

/** A registry of somebody else that answers with what the test puts there. */
async function openForeignRegistry() {
  const servers = new Map<string, unknown>()
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    const name = /^\/v0\.1\/servers\/(.+)\/versions\/latest$/.exec(path)?.[1]
    if (path.startsWith('/redirect/'))
      return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    if (name === undefined) {
      const all = [...servers.values()].map((document) => ({ server: document, _meta: META }))
      return void response.end(JSON.stringify({ servers: all, metadata: { count: all.length } }))
    }
    const found = servers.get(name)
    if (found === undefined) return void response.writeHead(404).end('{"error":"Server not found"}')
    return void response.end(JSON.stringify({ server: found, _meta: META }))
  })
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, servers, close: () => server.close() }
}

const entry = (change: Partial<ServerDocument> & object): object => ({
  name: 'com.example/weather',
  version: '1.0.0',
  description: 'Tells the weather.',
  ...change,
})

describe('imports from an MCP Registry [R6]', () => {
  let foreign: Awaited<ReturnType<typeof openForeignRegistry>>
  let dataDir: string
  let imports: ReturnType<typeof createImports>
  const stack = new AsyncDisposableStack()
  beforeAll(async () => {
    foreign = await openForeignRegistry()
    dataDir = await mkdtemp(join(tmpdir(), 'nexus-imports-'))
    imports = createImports({
      client: createSourceClient(stack.use(createEgress()), new AbortController().signal),
      shelf: await openBundleShelf(join(dataDir, 'servers')),
      own: { name: 'own', url: foreign.url, allowPrivate: true },
      choices: await openChoices(dataDir),
    })
  })
  afterAll(async () => {
    await stack.disposeAsync()
    foreign.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const plan = (document: object) => {
    foreign.servers.set('com.example/weather', document)
    return imports.plan({ source: 'own', name: 'com.example/weather', version: 'latest' })
  }
  const configure = (
    option: number,
    values: Readonly<Record<string, string>> = {},
    secrets: Readonly<Record<string, string>> = {},
  ) =>
    imports.configure({
      server: { source: 'own', name: 'com.example/weather', version: 'latest' },
      option,
      values,
      secrets,
    })
  const npm = (change: object = {}) =>
    entry({
      packages: [
        {
          registryType: 'npm',
          identifier: '@weather/server',
          version: '2.1.0',
          transport: { type: 'stdio' },
          ...change,
        } as never,
      ],
    })

  it('makes an npm package a stdio server: arguments in order, secrets by the name of a secret', async () => {
    const planned = await plan(
      npm({
        runtimeHint: 'npx',
        runtimeArguments: [{ type: 'positional', value: '-y' }],
        packageArguments: [
          { type: 'positional', valueHint: 'folder', isRequired: true, format: 'filepath' },
          { type: 'named', name: '--units', default: 'metric', choices: ['metric', 'imperial'] },
          { type: 'named', name: '--verbose' },
          {
            type: 'named',
            name: '--where',
            value: '{host}:{port}',
            variables: { host: { isRequired: true }, port: { default: '443', format: 'number' } },
          },
        ],
        environmentVariables: [
          { name: 'API_KEY', isRequired: true, isSecret: true, description: 'From the dashboard.' },
          { name: 'MODE', value: 'fixed' },
          { name: 'HEADER', value: 'Bearer {token}', variables: { token: { isSecret: true } } },
        ],
      }),
    )
    expect(planned.options[0]).toMatchObject({ pluginId: 'nexus/stdio', notes: ['network-closed'] })
    expect(planned.options[0]?.inputs).toMatchObject([
      { key: 'arg0', title: 'folder', kind: 'path', required: true, secret: false },
      { key: 'arg1', kind: 'choice', default: 'metric' },
      { key: 'arg3.host', required: true },
      { key: 'arg3.port', kind: 'number', default: '443' },
      { key: 'env0', title: 'API_KEY', secret: true, required: true },
      { key: 'env2', title: 'HEADER', secret: true, placeholder: 'Bearer {token}' },
    ])
    const made = await configure(0, { arg0: '/srv/notes', 'arg3.host': 'db' }, { env0: 'weather-key', env2: 'header' })
    expect(made).toEqual({
      pluginId: 'nexus/stdio',
      label: 'weather',
      config: {
        package: '@weather/server@2.1.0',
        args: ['/srv/notes', '--units', 'metric', '--verbose', '--where', 'db:443'],
        env: ['MODE=fixed'],
        secretEnv: { API_KEY: 'weather-key', HEADER: 'header' },
      },
    })
  })

  it.each([
    [{ arg0: 'relative/path' }, {}, 'an absolute path'],
    [{ arg0: '/srv/../etc' }, {}, 'an absolute path'],
    [{}, { env0: 'key' }, 'a value for folder'],
    [{ arg0: '/srv' }, {}, 'the name of a secret for API_KEY'],
    [{ arg0: '/srv\nx' }, { env0: 'key' }, 'an absolute path'],
    [{ arg0: '/srv', extra: 'x' }, { env0: 'key' }, 'inputs that the server asks for'],
  ])('refuses inputs %j %j', async (values, secrets, words) => {
    await plan(
      npm({
        packageArguments: [{ type: 'positional', valueHint: 'folder', isRequired: true, format: 'filepath' }],
        environmentVariables: [{ name: 'API_KEY', isRequired: true, isSecret: true }],
      }),
    )
    await expect(configure(0, values, secrets)).rejects.toMatchObject({
      code: 'IMPORT_INPUT',
      message: expect.stringContaining(words),
    })
  })

  it('makes a remote server one of nexus/remote, its token a secret in the header', async () => {
    const planned = await plan(
      entry({
        remotes: [
          {
            type: 'streamable-http',
            url: 'https://{tenant}.example.com/mcp',
            variables: { tenant: { default: 'eu' } },
            headers: [
              {
                name: 'Authorization',
                value: 'Bearer {token}',
                isRequired: true,
                variables: { token: { isSecret: true, isRequired: true } },
              },
              { name: 'X-Region', value: 'eu' },
            ],
          } as never,
        ],
      }),
    )
    expect(planned.options[0]).toMatchObject({
      pluginId: 'nexus/remote',
      inputs: [
        { key: 'url.tenant', default: 'eu', required: true },
        { key: 'token', title: 'Authorization', secret: true, required: true },
      ],
    })
    expect((await configure(0, { 'url.tenant': 'us' }, { token: 'example-token' })).config).toEqual({
      url: 'https://us.example.com/mcp',
      headers: ['X-Region: eu'],
      header: 'Authorization',
      format: 'Bearer {}',
      token: 'example-token',
    })
  })

  it.each([
    ['IMPORT_PACKAGE_KIND', npm({ registryType: 'oci', identifier: 'docker.io/x/y:1' })],
    ['IMPORT_PACKAGE_KIND', npm({ registryType: 'nuget' })],
    ['IMPORT_PACKAGE_KIND', npm({ registryType: 'pypi' })],
    ['IMPORT_PACKAGE_VERSION', npm({ version: '^2.0.0' })],
    ['IMPORT_PACKAGE_VERSION', npm({ version: undefined })],
    ['IMPORT_PACKAGE_REGISTRY', npm({ registryBaseUrl: 'https://npm.internal.example' })],
    [
      'IMPORT_RUNTIME_ARGUMENTS',
      npm({ runtimeArguments: [{ type: 'named', name: '--registry', value: 'https://evil.example' }] }),
    ],
    ['IMPORT_TRANSPORT', npm({ transport: { type: 'streamable-http', url: 'http://127.0.0.1:3000/mcp' } })],
    ['IMPORT_SECRETS', npm({ packageArguments: [{ type: 'named', name: '--token', isSecret: true }] })],
    ['IMPORT_TRANSPORT', entry({ remotes: [{ type: 'sse', url: 'https://x.example/sse' }] as never })],
    [
      'IMPORT_SECRETS',
      entry({
        remotes: [
          { type: 'streamable-http', url: 'https://x.example/{key}', variables: { key: { isSecret: true } } },
        ] as never,
      }),
    ],
    ['IMPORT_BUNDLE_DIGEST', npm({ registryType: 'mcpb', identifier: 'https://x.example/a.mcpb' })],
  ])('says %s of what it cannot run honestly, and still shows it', async (code, document) => {
    const planned = await plan(document)
    expect(planned.options[0]?.refusal?.code).toBe(code)
    expect(planned.options[0]?.pluginId).toBeUndefined()
    await expect(configure(0)).rejects.toMatchObject({ code })
  })

  it('lists what a registry has, and hides nothing of what it offers', async () => {
    await plan(npm())
    const page = await imports.search({ source: 'own', search: 'weather' })
    expect(page.items).toMatchObject([{ name: 'com.example/weather', version: '1.0.0', offers: ['npm'] }])
  })

  it('reaches only registries that the operator added, and none inside unless that was said', async () => {
    await expect(imports.search({ source: 'other' })).rejects.toMatchObject({ code: 'IMPORT_SOURCE_UNKNOWN' })
    await imports.addSource({ name: 'inside', url: foreign.url, allowPrivate: false })
    await expect(imports.search({ source: 'inside' })).rejects.toMatchObject({ code: 'NETWORK_DENIED' })
    await expect(imports.addSource({ name: 'inside', url: foreign.url, allowPrivate: true })).rejects.toMatchObject({
      code: 'IMPORT_SOURCE_EXISTS',
    })
    await imports.removeSource('inside')
    await expect(imports.removeSource('inside')).rejects.toMatchObject({ code: 'IMPORT_SOURCE_UNKNOWN' })
    const reference = { bundleUrl: 'http://127.0.0.1:1/x.mcpb', fileSha256: '0'.repeat(64) }
    await expect(imports.plan(reference)).rejects.toMatchObject({ code: 'NETWORK_DENIED' })
  })

  it('refuses answers that are not of the API, and servers that are not there', async () => {
    foreign.servers.set('com.example/broken', { name: 'x' })
    await expect(imports.plan({ source: 'own', name: 'com.example/broken', version: 'latest' })).rejects.toMatchObject({
      code: 'IMPORT_SOURCE_ANSWER',
    })
    foreign.servers.delete('com.example/broken')
    await expect(imports.plan({ source: 'own', name: 'com.example/none', version: 'latest' })).rejects.toMatchObject({
      code: 'IMPORT_SERVER_UNKNOWN',
    })
  })
})

describe('MCPB bundles [R6]', () => {
  let root: string
  let shelf: Awaited<ReturnType<typeof openBundleShelf>>
  let imports: ReturnType<typeof createImports>
  const stack = new AsyncDisposableStack()
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'nexus-mcpb-'))
    shelf = await openBundleShelf(join(root, 'servers'))
    imports = createImports({
      client: createSourceClient(stack.use(createEgress()), new AbortController().signal),
      shelf,
      own: { name: 'own', url: 'http://127.0.0.1:9', allowPrivate: true },
      choices: await openChoices(root),
    })
  })
  afterAll(async () => {
    await stack.disposeAsync()
    await rm(root, { recursive: true, force: true })
  })

  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  async function* once(bytes: Buffer) {
    yield bytes
  }
  const hold = async (bytes: Buffer) => {
    await imports.hold(once(bytes), sha256(bytes))
    return sha256(bytes)
  }

  it('become settings of a stdio server over the unpacked folder, secrets by name', async () => {
    const bundle = await hold(zip(bundleFiles()))
    const planned = await imports.plan({ bundle })
    expect(planned).toMatchObject({ name: 'weather', title: 'Weather' })
    expect(planned.options[0]?.inputs).toMatchObject([
      { key: 'api_key', secret: true, required: true },
      { key: 'units', default: 'metric' },
      { key: 'region', kind: 'number', default: '1' },
      { key: 'folder', kind: 'path' },
    ])
    const made = await imports.configure({
      server: { bundle },
      option: 0,
      values: { folder: '/srv/notes' },
      secrets: { api_key: 'weather-key' },
    })
    const folder = shelf.folder(bundle)
    expect(made).toEqual({
      pluginId: 'nexus/stdio',
      label: 'weather',
      config: {
        command: process.execPath,
        args: [`${folder}/server/index.js`, '--units', 'metric', '/srv/notes'],
        env: ['REGION=eu-1'],
        secretEnv: { API_KEY: 'weather-key' },
        readFolders: [folder, '/srv/notes'],
      },
    })
    expect(await readFile(join(folder, 'server', 'index.js'), 'utf8')).toBe('console.log(1)')
  })

  it('are read with a signature behind them, too', async () => {
    const signed = Buffer.concat([
      zip(bundleFiles()),
      Buffer.from('MCPB_SIG_V1'),
      Buffer.from([4, 0, 0, 0, 1, 2, 3, 4]),
      Buffer.from('MCPB_SIG_END'),
    ])
    const bundle = await hold(signed)
    expect((await imports.plan({ bundle })).options[0]?.notes).toContain('signature-not-checked')
  })

  it('are refused with another digest than the one that was named, and leave nothing', async () => {
    const before = await readdir(join(root, 'servers'))
    await expect(imports.hold(once(zip(bundleFiles())), 'f'.repeat(64))).rejects.toMatchObject({
      code: 'IMPORT_BUNDLE_DIGEST',
    })
    expect(await readdir(join(root, 'servers'))).toEqual(before)
    await expect(imports.plan({ bundle: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'IMPORT_BUNDLE_UNKNOWN' })
  })

  it.each([
    ['a path that climbs', { name: '../../evil.js' }],
    ['a path that climbs inside', { name: 'server/../../evil.js' }],
    ['an absolute path', { name: '/etc/evil' }],
    ['a Windows path', { name: 'C:\\evil' }],
    ['a backslash', { name: 'server\\..\\evil' }],
    ['a link', { name: 'link', data: '/etc/passwd', mode: 0o120777 }],
    ['a device', { name: 'device', mode: 0o020666 }],
    ['the same path twice', { name: 'server/index.js', data: 'other' }],
    ['the same path in capitals', { name: 'SERVER/INDEX.js', data: 'other' }],
    ['a control character', { name: 'a\u001bb' }],
    ['an encrypted file', { name: 'locked', encrypted: true }],
    ['an unknown compression', { name: 'odd', method: 99 }],
    ['a size that is not so', { name: 'bomb', data: 'x'.repeat(1000), size: 10 }],
    ['more than may be unpacked', { name: 'huge', data: 'x', size: 0xfffffff0 }],
    ['a file where a folder is', { name: 'server/index.js/inner', data: 'x' }],
  ])('with %s are refused, and nothing is written outside of the shelf', async (_, hostile) => {
    const bytes = zip([...bundleFiles(), hostile])
    const name = sha256(bytes)
    const work = async () => {
      await imports.hold(once(bytes), name)
      await imports.configure({ server: { bundle: name }, option: 0, values: {}, secrets: { api_key: 'k' } })
    }
    await expect(work()).rejects.toMatchObject({ code: 'IMPORT_BUNDLE_INVALID' })
    expect((await readdir(root)).toSorted()).toEqual(['servers'])
    const left = await readdir(join(root, 'servers'))
    expect(left.filter((one) => one.startsWith('.') || one === name)).toEqual([])
  })

  it.each([
    ['IMPORT_BUNDLE_INVALID', Buffer.from('not a zip')],
    ['IMPORT_BUNDLE_MANIFEST', zip([{ name: 'readme.txt', data: 'x' }])],
    ['IMPORT_BUNDLE_INVALID', zip([{ name: 'manifest.json', data: '{' }])],
    ['IMPORT_BUNDLE_MANIFEST', zip(bundleFiles(bundleManifest({ server: undefined })))],
    ['IMPORT_BUNDLE_MANIFEST', zip(bundleFiles(bundleManifest({ manifest_version: '9.0' })))],
  ])('are refused with %s when they are none', async (code, bytes) => {
    await expect(imports.hold(once(bytes), sha256(bytes))).rejects.toMatchObject({ code })
  })

  it.each([
    ['IMPORT_BUNDLE_PLATFORM', bundleManifest({ compatibility: { platforms: ['win32'] } })],
    [
      'IMPORT_SECRETS',
      bundleManifest({
        server: {
          type: 'node',
          entry_point: 'server/index.js',
          mcp_config: { command: 'node', args: ['${user_config.api_key}'] },
        },
      }),
    ],
    [
      'IMPORT_SECRETS',
      bundleManifest({
        server: {
          type: 'node',
          entry_point: 'server/index.js',
          mcp_config: { command: 'node', env: { AUTH: 'Bearer ${user_config.api_key}' } },
        },
      }),
    ],
    [
      'IMPORT_BUNDLE_MANIFEST',
      bundleManifest({
        server: { type: 'node', entry_point: 'server/index.js', mcp_config: { command: 'sh -c evil' } },
      }),
    ],
  ])('say %s where they cannot run honestly', async (code, manifest) => {
    const bytes = zip(bundleFiles(manifest))
    const name = sha256(bytes)
    const work = async () => {
      await imports.hold(once(bytes), name)
      const [option] = (await imports.plan({ bundle: name })).options
      if (option?.refusal !== undefined)
        throw Object.assign(new Error(option.refusal.message), { code: option.refusal.code })
      await imports.configure({ server: { bundle: name }, option: 0, values: {}, secrets: { api_key: 'k' } })
    }
    await expect(work()).rejects.toMatchObject({ code })
  })

  it('are forgotten when nobody decided, and kept while an installation runs them', async () => {
    const bundle = await hold(zip(bundleFiles(bundleManifest({ version: '3.0.0' }))))
    await imports.configure({ server: { bundle }, option: 0, values: {}, secrets: { api_key: 'k' } })
    await writeFile(join(root, 'servers', '.litter'), 'x')
    await shelf.sweep([{ config: { readFolders: [shelf.folder(bundle)] } }])
    const left = await readdir(join(root, 'servers'))
    expect(left).toContain(bundle)
    expect(left).not.toContain('.litter')
  })
})
