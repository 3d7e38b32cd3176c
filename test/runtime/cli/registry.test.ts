import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { totpCode } from '../../registry/accounts/totp-code.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../../registry/http/open-test-registry.ts'
import { bin, runNexus } from './run-nexus.ts'

const PASSWORD = 'correct horse battery staple'

let registry: Awaited<ReturnType<typeof openTestRegistry>>
let dataDir = ''
beforeAll(async () => {
  registry = await openTestRegistry()
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-cli-registry-'))
})
afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
})

const env = (more: Record<string, string> = {}) => ({
  NEXUS_DATA: dataDir,
  NEXUS_REGISTRY_URL: registry.url(),
  ...more,
})

/** A command with `--json`; what it answers, or what it refuses. */
async function nexus(args: readonly string[], input = '', more: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runNexus([...args, '--json'], { env: env(more), input })
  return { code, answer: stdout === '' ? undefined : JSON.parse(stdout), stderr }
}

describe('nexus registry [R5][H1]', () => {
  it('says how to sign in when nobody is', async () => {
    expect(await nexus(['registry', 'whoami'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('nexus registry login'),
    })
  })

  it('signs up with a password from standard input and keeps the token for its owner only', async () => {
    const made = await nexus(['registry', 'signup', 'ada', '--email', 'ada@example.com'], PASSWORD)
    expect(made).toMatchObject({ code: 0, answer: { name: 'ada' } })
    const file = String(made.answer.file)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(JSON.stringify(made)).not.toContain('nxa_')
    expect(await readFile(file, 'utf8')).toContain('nxa_')
    expect(await nexus(['registry', 'whoami'])).toMatchObject({ code: 0, answer: { kind: 'account', name: 'ada' } })
  })

  it('creates a publisher, changes its members, and says what a name is like', async () => {
    expect(await nexus(['registry', 'namespace', 'create', 'ada-labs'])).toMatchObject({ code: 0 })
    await registry.send('POST', '/api/v1/accounts', {
      json: { name: 'eve', email: 'eve@example.com', password: PASSWORD },
    })
    expect(await nexus(['registry', 'member', 'set', 'ada-labs', 'eve', 'maintainer'])).toMatchObject({ code: 0 })
    expect((await nexus(['registry', 'member', 'list', 'ada-labs'])).answer).toMatchObject([
      { account: 'ada', role: 'owner' },
      { account: 'eve', role: 'maintainer' },
    ])
    expect(await nexus(['registry', 'member', 'remove', 'ada-labs', 'ada'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('LAST_OWNER'),
    })
    expect((await nexus(['registry', 'namespace', 'check', 'expres'])).answer).toMatchObject({
      verdict: 'held',
      similarTo: 'express',
    })
    expect((await nexus(['registry', 'namespace', 'prove', 'ada-labs', 'ada.example'])).answer).toMatchObject({
      dns: { name: '_nexus-publisher.ada.example' },
    })
    expect(await nexus(['registry', 'namespace', 'transfer', 'ada-labs', 'eve'])).toMatchObject({ code: 2 })
  })

  it('makes a limited token, lists it without its value, and revokes it', async () => {
    const args = ['registry', 'token', 'create', '--name', 'ci', '--package', '@ada-labs']
    const made = await nexus(args, PASSWORD)
    expect(made.answer).toMatchObject({ token: expect.stringMatching(/^nxa_/), scopes: ['publish'] })
    const listed = await nexus(['registry', 'token', 'list'])
    expect(JSON.stringify(listed.answer)).not.toContain(made.answer.token)
    expect(listed.answer).toContainEqual(expect.objectContaining({ name: 'ci', packages: ['@ada-labs'] }))
    expect(await nexus(['registry', 'token', 'revoke', made.answer.id])).toMatchObject({ code: 0 })
    const revoked = { NEXUS_REGISTRY_TOKEN: String(made.answer.token) }
    expect(await nexus(['registry', 'whoami'], '', revoked)).toMatchObject({ code: 4 })
  })

  it('trusts a workflow and ends that', async () => {
    const github = ['--repository', 'ada/web', '--workflow', 'release.yml']
    const added = await nexus(['registry', 'trust', 'github', '@ada-labs/web', ...github])
    expect(added.answer).toMatchObject({ claims: { repository: 'ada/web', workflow_ref: { file: 'release.yml' } } })
    expect((await nexus(['registry', 'trust', 'list', '@ada-labs/web'])).answer).toHaveLength(1)
    expect(await nexus(['registry', 'trust', 'remove', '@ada-labs/web', added.answer.id])).toMatchObject({ code: 0 })
  })

  it('turns a second factor on, asks for it at a write, and turns it off', async () => {
    const { answer } = await nexus(['registry', '2fa', 'enable'], PASSWORD)
    const codeOf = (steps: number) => totpCode(String(answer.secret), steps)
    const confirmed = await nexus(['registry', '2fa', 'confirm', codeOf(-1)])
    expect(confirmed.answer.recoveryCodes).toHaveLength(10)
    const change = ['registry', 'namespace', 'policy', 'ada-labs', 'automation']
    expect(await nexus(change)).toMatchObject({ code: 4, stderr: expect.stringContaining('SECOND_FACTOR_REQUIRED') })
    expect(await nexus([...change, '--otp', codeOf(0)])).toMatchObject({ code: 0 })
    const [recovery = ''] = confirmed.answer.recoveryCodes
    expect(await nexus(['registry', '2fa', 'disable', recovery], PASSWORD)).toMatchObject({ code: 0 })
  })

  it('lets the admin invite, reset and reserve, and nobody else', async () => {
    const admin = { NEXUS_REGISTRY_ADMIN_TOKEN: ADMIN_TOKEN }
    expect((await nexus(['registry', 'invite', 'create', 'for Grace'], '', admin)).answer).toMatchObject({
      code: expect.stringMatching(/^nxi_/),
    })
    expect((await nexus(['registry', 'account', 'list'], '', admin)).answer).toContainEqual(
      expect.objectContaining({ name: 'eve' }),
    )
    expect(await nexus(['registry', 'reserve', 'add', 'trademark', 'it is one'], '', admin)).toMatchObject({ code: 0 })
    expect((await nexus(['registry', 'namespace', 'check', '@trademark/web'])).answer).toMatchObject({
      verdict: 'reserved',
    })
    expect(
      await nexus(['registry', 'account', 'disable', 'eve'], '', { NEXUS_REGISTRY_ADMIN_TOKEN: 'x'.repeat(40) }),
    ).toMatchObject({
      code: 4,
    })
  })

  it('signs in through the browser: shows address and code, waits, keeps the token, and signs out', async () => {
    const child = spawn(process.execPath, [bin, 'registry', 'login', '--json'], {
      env: { PATH: process.env['PATH'], ...env() },
    })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    const closed = once(child, 'close')
    const [told] = await once(child.stderr, 'data')
    const url = /Open (\S+)/.exec(String(told))?.[1] ?? ''
    expect(String(told)).toMatch(/compare the code: [B-Z2-9]{4}-[B-Z2-9]{4}/)
    const page = await fetch(url)
    const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const form = /name="form" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
    const body = new URLSearchParams({
      form,
      mode: 'sign-in',
      decision: 'allow',
      confirmed: 'yes',
      name: 'eve',
      password: PASSWORD,
    })
    expect((await fetch(url, { method: 'POST', headers: { cookie }, body })).status).toBe(200)
    await closed
    expect(JSON.parse(stdout)).toMatchObject({ name: 'eve' })
    expect((await nexus(['registry', 'whoami'])).answer).toMatchObject({ name: 'eve' })
    expect(await nexus(['registry', 'logout'])).toMatchObject({ code: 0 })
    expect(await nexus(['registry', 'whoami'])).toMatchObject({ code: 4 })
  })
})
