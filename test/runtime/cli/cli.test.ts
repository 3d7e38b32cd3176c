import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from '../http/http-host.ts'
import { type RunOptions, runNexus } from './run-nexus.ts'

let host: HttpHost
let env: Record<string, string>
beforeAll(async () => {
  host = await openHttpHost()
  const { token } = JSON.parse(await readFile(join(host.dataDir, 'cli.json'), 'utf8'))
  env = { NEXUS_URL: host.url, NEXUS_TOKEN: token }
})
afterAll(() => host[Symbol.asyncDispose]())

const nexus = (args: readonly string[], options: RunOptions = {}) =>
  runNexus(args, { ...options, env: { ...env, ...options.env } })
const lines = (text: string) => text.trimEnd().split('\n')

describe('nexus plugin [U1] [H7]', () => {
  it('installs with consent, shows the steps, lists, tells the state, removes', async () => {
    expect((await nexus(['plugin', 'list'])).stdout).toContain('Nothing is installed.')
    const installed = await nexus([
      'plugin',
      'install',
      'acme/hello@1.2.0',
      '--config',
      'server=acme.example',
      '--label',
      'hi',
      '--yes',
    ])
    expect(installed).toMatchObject({ code: 0, stdout: 'Installed acme/hello 1.2.0: active.\n' })
    expect(installed.stderr).toContain('✓ publisher  Signed by acme.')
    expect(installed.stderr).toContain('acme.example:443 GET POST: To greet there.')
    expect(lines(installed.stderr).slice(-6)).toEqual([
      '✓ download',
      '✓ verify',
      '✓ unpack',
      '✓ grant',
      '✓ start',
      '✓ healthy',
    ])

    const [heading, row] = lines((await nexus(['plugin', 'list'])).stdout)
    expect(heading).toMatch(/Plugin +Version +Label +State/)
    expect(row).toMatch(/^acme\/hello +1\.2\.0 +hi +active/)
    const listed = JSON.parse((await nexus(['plugin', 'list', '--json'])).stdout)
    expect(listed).toMatchObject([{ pluginId: 'acme/hello', state: 'active' }])

    for (const name of ['acme/hello', 'hi', listed[0].id]) {
      const status = await nexus(['plugin', 'status', name])
      expect(status.code).toBe(0)
      expect(status.stdout).toContain('acme/hello 1.2.0: active')
      expect(status.stdout).toContain('  hi: greet')
    }
    const unasked = await nexus(['plugin', 'remove', 'acme/hello'])
    expect(unasked).toMatchObject({
      code: 2,
      stderr: 'Expected --yes, because nobody can be asked here. Nothing was done. (CLI_CONSENT)\n',
    })
    expect(await nexus(['plugin', 'remove', 'acme/hello', '--yes'])).toMatchObject({
      code: 0,
      stdout: 'Removed acme/hello.\n',
    })
    expect((await nexus(['plugin', 'status', 'acme/hello'])).code).toBe(1)
  })

  it('installs nothing without consent', async () => {
    const run = await nexus(['plugin', 'install', 'acme/hello', '--config', 'server=acme.example'])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('Nothing was done. (CLI_CONSENT)')
    expect(JSON.parse((await nexus(['plugin', 'list', '--json'])).stdout)).toEqual([])
  })

  it('says which setting is missing, unknown or wrong', async () => {
    const missing = await nexus(['plugin', 'install', 'acme/hello', '--yes'])
    expect(missing.code).toBe(2)
    expect(missing.stderr).toContain('  server: Expected a value, found none.')
    const unknown = await nexus(['plugin', 'install', 'acme/hello', '--yes', '--config', 'sever=x'])
    expect(unknown.stderr).toContain('found "sever". It has: server, key.')
    expect((await nexus(['plugin', 'install', 'acme/hello', '--yes', '--config', 'server'])).code).toBe(2)
  })

  it('tells the code and the request id of what the host refused', async () => {
    const run = await nexus(['plugin', 'install', 'acme/nothing', '--yes'])
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(
      /^Expected a release of the registry, found no acme\/nothing\. \(INSTALLATION_UNKNOWN, request [0-9a-f-]{36}\)\n$/,
    )
    const json = await nexus(['plugin', 'install', 'acme/nothing', '--yes', '--json'])
    expect(json.stdout).toBe('')
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: 'INSTALLATION_UNKNOWN', requestId: expect.any(String) },
    })
  })
})

describe('nexus at a terminal [U1]', () => {
  const terminal = true
  const install = ['plugin', 'install', 'acme/hello', '--config', 'server=acme.example']

  it('asks before it installs, and takes only yes for a yes', async () => {
    for (const input of ['n\n', '\n', '', 'yess\n']) {
      const run = await nexus(install, { terminal, input })
      expect(run.code, JSON.stringify(input)).toBe(2)
      expect(run.stderr).toContain('Nothing was done. (CLI_CONSENT)')
    }
    expect(JSON.parse((await nexus(['plugin', 'list', '--json'])).stdout)).toEqual([])
  })

  it('does not ask with --json, where nothing of the plan was shown', async () => {
    const run = await nexus([...install, '--json'], { terminal, input: 'y\n' })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(JSON.parse(run.stderr)).toMatchObject({ error: { code: 'CLI_CONSENT' } })
  })

  it('rewrites the list of steps in place', async () => {
    const run = await nexus(install, { terminal, input: 'y\n' })
    expect(run).toMatchObject({ code: 0, stdout: 'Installed acme/hello 1.2.0: active.\n' })
    expect(run.stderr).toContain('\u001b[6A\u001b[2K  ✓ download\n')
    expect(run.stderr).toMatch(/✓ healthy\n$/)
    expect(await nexus(['plugin', 'remove', 'acme/hello'], { terminal, input: 'n\n' })).toMatchObject({ code: 2 })
    expect(await nexus(['plugin', 'remove', 'acme/hello'], { terminal, input: 'y\n' })).toMatchObject({ code: 0 })
  })

  it('reads a secret without showing it', async () => {
    const run = await nexus(['secret', 'set', 'typed'], { terminal, input: 'hunter2\n' })
    expect(run).toMatchObject({ code: 0, stdout: 'Saved typed, version 1.\n' })
    expect(run.stderr).toBe('Value of typed: \n')
  })
})

describe('nexus server, token, secret [U3]', () => {
  it('creates, lists and removes a virtual server', async () => {
    const made = await nexus([
      'server',
      'create',
      'desk',
      '--tool',
      'hello:*',
      '--tool',
      'other:greet=hi',
      '--title',
      'Desk',
      '--prefix',
      'always',
    ])
    expect(made.code).toBe(0)
    expect(lines(made.stdout)[0]).toBe(`Created desk: ${host.url}/v/desk/mcp`)
    expect(JSON.parse((await nexus(['server', 'list', '--json'])).stdout)).toMatchObject([
      {
        name: 'desk',
        prefixMode: 'always',
        tools: [
          { upstream: 'hello', tool: '*' },
          { upstream: 'other', tool: 'greet', as: 'hi' },
        ],
      },
    ])
    expect((await nexus(['server', 'create', 'desk', '--tool', 'hello:*'])).code).toBe(1)
    expect((await nexus(['server', 'create', 'x', '--tool', 'nonsense'])).code).toBe(2)
    expect((await nexus(['server', 'create', 'x', '--tool', 'a:b', '--prefix', 'often'])).code).toBe(2)
    expect(await nexus(['server', 'remove', 'desk'])).toMatchObject({ code: 0, stdout: 'Removed desk.\n' })
    expect((await nexus(['server', 'remove', 'desk'])).code).toBe(1)
  })

  it('clones, previews, exports and imports virtual servers', async () => {
    const picks = ['--tool', 'hello:*', '--exclude', 'hello:secret*', '--tag', 'work', '--read-only']
    const use = ['--resource', 'hello:note://1', '--role', 'admin', '--calls-per-caller', '60']
    const made = await nexus(['server', 'create', 'desk', ...picks, ...use])
    expect(made.code).toBe(0)
    expect(await nexus(['server', 'clone', 'desk', 'desk-2', '--title', 'Second'])).toMatchObject({
      code: 0,
      stdout: `Created desk-2: ${host.url}/v/desk-2/mcp\n`,
    })
    const { stdout: yaml } = await nexus(['server', 'export', 'desk-2'])
    expect(yaml).toBe(
      [
        'version: 1',
        'name: desk-2',
        'title: Second',
        'prefixMode: conditional',
        'tools:',
        '  - upstream: hello',
        '    tool: "*"',
        'resources:',
        '  - upstream: hello',
        '    uri: note://1',
        'include:',
        '  - tags:',
        '      - work',
        '  - kinds:',
        '      - tool',
        '    annotations:',
        '      readOnlyHint: true',
        'exclude:',
        '  - upstream: hello',
        '    name: secret*',
        'access:',
        '  roles:',
        '    - admin',
        'rate:',
        '  perPrincipal: 60',
        '',
      ].join('\n'),
    )
    expect((await nexus(['server', 'import', '-'], { input: yaml })).code).toBe(1)
    const changed = await nexus(['server', 'import', '-', '--replace'], { input: yaml.replace('Second', 'Other') })
    expect(lines(changed.stdout)[0]).toBe(`Changed desk-2: ${host.url}/v/desk-2/mcp`)
    const wrong = await nexus(['server', 'import', '-'], { input: `${yaml}colour: red\n` })
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('line 26')
    expect((await nexus(['server', 'import', '/nowhere.yaml'])).code).toBe(2)
    const seen = await nexus(['server', 'preview', 'desk', '--role', 'member'])
    expect(seen).toMatchObject({ code: 0 })
    expect(seen.stdout).toContain('May not use this virtual server at all.')
    expect((await nexus(['server', 'create', 'empty'])).code).toBe(2)
    for (const name of ['desk', 'desk-2']) await nexus(['server', 'remove', name])
  })

  it('prints a new token alone on standard output, so that it can be piped', async () => {
    const made = await nexus(['token', 'create', '--name', 'laptop', '--days', '7'])
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^nxs_\S+\n$/)
    const id = JSON.parse((await nexus(['token', 'list', '--json'])).stdout).find(
      ({ name }: { name: string }) => name === 'laptop',
    ).id
    expect((await nexus(['token', 'list'])).stdout).not.toContain(made.stdout.trim())
    expect(await nexus(['token', 'revoke', id])).toMatchObject({ code: 0 })
    expect((await nexus(['token', 'list'])).stdout).toMatch(/laptop.*revoked/)
    expect((await nexus(['token', 'create', '--days', 'soon'])).code).toBe(2)
    expect((await nexus(['token', 'create', '--scope', 'god'])).stderr).toContain('scopes.0: Expected one of')
  })

  it('says how to create the first admin, whom a token can belong to', async () => {
    await using fresh = await openHttpHost({ fresh: true })
    const early = await runNexus(['token', 'create'], { env: { NEXUS_DATA: fresh.dataDir } })
    expect(early).toMatchObject({ code: 1, stdout: '' })
    expect(lines(early.stderr)).toHaveLength(1)
    expect(early.stderr).toContain('Create the first admin with the link that the host printed')
    expect(early.stderr).toContain('(CLI_NO_ADMIN)')
  })

  it('takes the value of a secret from standard input and never shows it', async () => {
    const set = await nexus(['secret', 'set', 'acme_key'], { input: 'hunter2\n' })
    expect(set).toMatchObject({ code: 0, stdout: 'Saved acme_key, version 1.\n' })
    expect(await nexus(['secret', 'set', 'acme_key', 'hunter2'])).toMatchObject({ code: 2 })
    expect((await nexus(['secret', 'set', 'acme_key'])).stderr).toContain('found nothing')
    const listed = await nexus(['secret', 'list'])
    expect(listed.stdout).toContain('acme_key')
    expect(listed.stdout).not.toContain('hunter2')
    expect((await nexus(['secret', 'remove', 'acme_key'])).code).toBe(0)
    expect((await nexus(['secret', 'remove', 'acme_key'])).code).toBe(1)
  })
})

describe('nexus verify [R2]', () => {
  it('shows the chain that the host checked', async () => {
    const run = await nexus(['verify', 'acme/hello'])
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('acme/hello 1.2.0: verified')
    expect(run.stdout).toContain('✓ bytes')
    expect((await nexus(['verify', 'acme/hello@9.9.9'])).code).toBe(1)
    expect((await nexus(['verify', 'Acme Hello'])).code).toBe(2)
  })
})

describe('nexus publisher [R2]', () => {
  it('gives the admin token of this machine to the registry of this machine only', async () => {
    await using folder = await temporaryFolder()
    const create = ['publisher', 'create', 'acme']
    const here = { env: { NEXUS_DATA: folder.path, NEXUS_REGISTRY_URL: 'http://127.0.0.1:1' } }
    expect(await runNexus(create, here)).toMatchObject({ code: 3, stderr: expect.stringContaining('(CLI_NO_HOST)') })
    const local = {
      url: 'http://127.0.0.1:2',
      token: 'nxo_x',
      registryUrl: 'http://127.0.0.1:1',
      registryEmbedded: false,
    }
    await writeFile(join(folder.path, 'cli.json'), JSON.stringify(local))
    await mkdir(join(folder.path, 'keys'))
    await writeFile(join(folder.path, 'keys', 'registry-admin-token'), 'left from another time')
    const elsewhere = await runNexus(create, here)
    expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('(CLI_NO_REGISTRY)') })
  })

  it('does not take a damaged file for credentials, and shows nothing of it', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'acme.json')
    await writeFile(file, JSON.stringify({ publisher: 'acme', privateKey: 'very-secret' }))
    const run = await runNexus(['plugin', 'publish', file, '--publisher', file], { env: { NEXUS_DATA: folder.path } })
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('(PUBLISHER_FILE)') })
    expect(run.stderr).not.toContain('very-secret')
  })
})

describe('whom the command line talks to [O4]', () => {
  it('says so in one sentence when nobody answers, with an exit code of its own', async () => {
    const run = await runNexus(['plugin', 'list'], { env: { NEXUS_URL: 'http://127.0.0.1:1', NEXUS_TOKEN: 'nxs_x' } })
    expect(run.code).toBe(3)
    expect(lines(run.stderr)).toHaveLength(1)
    expect(run.stderr).toContain('(CLI_UNREACHABLE)')
  })

  it('says so when the token is not good, with another one', async () => {
    const run = await nexus(['plugin', 'list'], { env: { NEXUS_TOKEN: 'nxs_wrong' } })
    expect(run.code).toBe(4)
    expect(run.stderr).toContain('IDENTITY_TOKEN_INVALID')
  })

  it('uses what the local host left in its data folder, and never sends that to another host', async () => {
    const local = { NEXUS_DATA: host.dataDir }
    expect((await runNexus(['plugin', 'list'], { env: local })).code).toBe(0)
    const elsewhere = await runNexus(['--url', 'http://127.0.0.1:1', 'plugin', 'list'], { env: local })
    expect(elsewhere.code).toBe(4)
    expect(elsewhere.stderr).toContain('Expected a token for http://127.0.0.1:1')
    const nobody = await runNexus(['plugin', 'list'], { env: { NEXUS_DATA: join(host.dataDir, 'empty') } })
    expect(nobody.code).toBe(3)
    expect(nobody.stderr).toContain('Start it with `nexus start`')
  })

  it('acts in the workspace that is named, as the operator of the machine too, and never in another', async () => {
    const id = randomUUID()
    await host.store.workspaces.insert({ id, name: 'lab', title: 'Lab', createdAt: new Date() })
    const local = { NEXUS_DATA: host.dataDir }
    expect((await runNexus(['secret', 'set', 'only_here'], { env: local, input: 'hunter2' })).code).toBe(0)
    expect((await runNexus(['secret', 'list'], { env: local })).stdout).toContain('only_here')
    expect((await runNexus(['--workspace', 'lab', 'secret', 'list'], { env: local })).stdout).toBe(
      'There are no secrets.\n',
    )
    const set = await runNexus(['secret', 'set', 'lab_key'], {
      env: { ...local, NEXUS_WORKSPACE: 'lab' },
      input: 'hunter2',
    })
    expect(set.code).toBe(0)
    expect((await runNexus(['secret', 'list'], { env: local })).stdout).not.toContain('lab_key')
    const unknown = await runNexus(['--workspace', 'nowhere', 'secret', 'set', 'x'], { env: local, input: 'hunter2' })
    expect(unknown).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('found none named "nowhere"'),
    })
    expect((await runNexus(['secret', 'list'], { env: local })).stdout).not.toMatch(/^x /m)
    await runNexus(['secret', 'remove', 'only_here'], { env: local })
  })

  it('refuses a workspace that a token is not for', async () => {
    const { body } = await host.ask('POST', '/api/v1/tokens', {
      body: { name: 't', scopes: ['installations:read'], expiresInDays: 1 },
    })
    const run = await nexus(['--workspace', 'nowhere', 'plugin', 'list'], { env: { NEXUS_TOKEN: body.token } })
    expect(run.code).toBe(4)
  })

  it('explains itself, and what is wrong with a command', async () => {
    const help = await nexus(['--help'])
    expect(help.code).toBe(0)
    for (const command of ['start', 'plugin', 'publisher', 'server', 'token', 'secret', 'doctor', 'verify'])
      expect(help.stdout).toContain(`  ${command}`)
    const wrong = await nexus(['plugin', 'instal', 'x'])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('Did you mean install?')
    expect((await nexus(['plugin'])).code).toBe(2)
  })

  it('explains every command, and how each is used wrongly ends with 2', async () => {
    const commands = [
      'start',
      'plugin list',
      'plugin install',
      'plugin status',
      'plugin remove',
      'plugin publish',
      'publisher create',
      'server list',
      'server create',
      'server remove',
      'token create',
      'token list',
      'token revoke',
      'secret set',
      'secret list',
      'secret remove',
      'doctor',
      'verify',
    ]
    for (const command of commands) {
      const help = await nexus([...command.split(' '), '--help'])
      expect(help, command).toMatchObject({ code: 0, stderr: '' })
      expect(help.stdout, command).toMatch(new RegExp(`^Usage: nexus ${command}`))
      expect(help.stdout, command).toContain('--json')
      expect(await nexus([...command.split(' '), '--nonsense']), command).toMatchObject({ code: 2, stdout: '' })
    }
  })

  it('answers every question and every failure with one JSON document, wherever --json stands', async () => {
    for (const args of ['plugin list', 'server list', 'token list', 'secret list', 'verify acme/hello']) {
      const before = await nexus(['--json', ...args.split(' ')])
      expect(before, args).toMatchObject({ code: 0, stderr: '' })
      expect(await nexus([...args.split(' '), '--json']), args).toEqual(before)
      JSON.parse(before.stdout)
    }
    const failing = [
      'plugin status none',
      'plugin remove none --yes',
      'plugin publish none --publisher none',
      'verify -',
    ]
    for (const args of [
      ...failing,
      'publisher create -',
      'server remove none',
      'token revoke none',
      'secret remove none',
    ]) {
      const run = await nexus([...args.split(' '), '--json'])
      expect(run.stdout, args).toBe('')
      expect(JSON.parse(run.stderr), args).toEqual({
        error: expect.objectContaining({ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) }),
      })
    }
  })

  it('says with --json too what is wrong with a command line', async () => {
    for (const args of [['plugin', 'instal', 'x'], ['plugin', 'install'], ['nonsense'], ['plugin']]) {
      const run = await nexus([...args, '--json'])
      expect(run, args.join(' ')).toMatchObject({ code: 2, stdout: '' })
      expect(JSON.parse(run.stderr), args.join(' ')).toMatchObject({ error: { code: 'CLI_USAGE' } })
    }
  })

  it('shows nothing a plugin wrote as terminal control', async () => {
    const id = await host.install()
    host.log.write(id, 'info', 'ok\u001b[2J\u202egone')
    const { stdout } = await nexus(['plugin', 'status', 'acme/hello'])
    expect(stdout).toContain('ok [2J gone')
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
    await nexus(['plugin', 'remove', 'acme/hello', '--yes'])
  })
})

describe('nexus doctor [O3]', () => {
  it('looks at an installation that never ran and finds nothing wrong', async () => {
    await using folder = await temporaryFolder()
    const run = await runNexus(['doctor', '--json'], {
      env: { NEXUS_DATA: join(folder.path, 'data'), NEXUS_PORT: '0' },
    })
    const found = JSON.parse(run.stdout)
    expect(found.filter(({ state }: { state: string }) => state === 'failed')).toEqual([])
    expect(run.code).toBe(0)
    expect(found.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([
        'Node',
        'Data folder',
        'Database',
        'Secret key',
        'Port',
        'Registry',
        'Containment',
        'Processes',
        'Disk',
        'Host',
      ]),
    )
  })

  it('asks the running host and takes its port as its own', async () => {
    const local = { NEXUS_DATA: host.dataDir, NEXUS_PORT: '0' }
    const run = await runNexus(['doctor'], { env: local })
    expect(run.stdout).toContain(`running at ${host.url}`)
    expect(run.stdout).toMatch(/✓ Database +.*intact and up to date/)
    expect(run.stdout).toContain('Node 26')
  })

  it.each([
    ['a port that is taken', 'Port', async () => ({ NEXUS_PORT: new URL(host.url).port }), 'set NEXUS_PORT'],
    [
      'a database that is none',
      'Database',
      async (folder: string) => {
        await writeFile(join(folder, 'nexus.sqlite'), 'this is no database, whatever it says'.repeat(200))
        return {}
      },
      'backup',
    ],
    [
      'a data folder that is a file',
      'Data folder',
      async (folder: string) => {
        await writeFile(join(folder, 'file'), '')
        return { NEXUS_DATA: join(folder, 'file') }
      },
      'NEXUS_DATA',
    ],
    [
      'a registry that is away',
      'Registry',
      async () => ({ NEXUS_REGISTRY_URL: 'http://127.0.0.1:1' }),
      'NEXUS_REGISTRY_URL',
    ],
    [
      'a PostgreSQL that is away',
      'Database',
      async () => ({ NEXUS_DATABASE_URL: 'postgres://nexus@127.0.0.1:1/nexus' }),
      'NEXUS_DATABASE_URL',
    ],
    [
      'a key that others may read',
      'Secret key',
      async (folder: string) => {
        await mkdir(join(folder, 'keys'))
        await writeFile(join(folder, 'keys', 'kek'), `${Buffer.alloc(32).toString('base64')}\n`)
        await chmod(join(folder, 'keys', 'kek'), 0o644)
        return {}
      },
      'Restore',
    ],
    ['a key that is none', 'Secret key', async () => ({ NEXUS_SECRET_KEY: 'short' }), 'Restore'],
    ['a configuration that is wrong', 'Configuration', async () => ({ NEXUS_PORT: 'many' }), 'Mend'],
  ])('finds %s, says how to mend it and ends with 1', async (_what, name, prepare, mend) => {
    await using folder = await temporaryFolder()
    const prepared = await prepare(folder.path)
    const run = await runNexus(['doctor', '--json'], { env: { NEXUS_DATA: folder.path, NEXUS_PORT: '0', ...prepared } })
    expect(run.code).toBe(1)
    const found = JSON.parse(run.stdout).find((one: { name: string }) => one.name === name)
    expect(found).toMatchObject({ state: 'failed' })
    expect(found.mend).toContain(mend)
  })

  it('sees that the key is gone while there are secrets', async () => {
    await using other = await openHttpHost()
    await other.ask('PUT', '/api/v1/secrets/acme_key', { body: { value: 'hunter2' } })
    await rm(join(other.dataDir, 'keys', 'kek'))
    await rm(join(other.dataDir, 'cli.json'))
    const run = await runNexus(['doctor', '--json'], { env: { NEXUS_DATA: other.dataDir, NEXUS_PORT: '0' } })
    const found = JSON.parse(run.stdout).find((one: { name: string }) => one.name === 'Secret key')
    expect(found).toMatchObject({ state: 'failed', found: expect.stringContaining('there are secrets') })
  })
})

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'nexus-cli-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
