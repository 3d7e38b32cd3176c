import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from '../http/http-host.ts'
import { runNexus } from './run-nexus.ts'

let host: HttpHost
let env: Record<string, string>
beforeAll(async () => {
  host = await openHttpHost()
  const { token } = JSON.parse(await readFile(join(host.dataDir, 'cli.json'), 'utf8'))
  env = { NEXUS_URL: host.url, NEXUS_TOKEN: token }
  const { body } = await host.ask('GET', '/api/v1/me')
  const installationId = await host.install()
  for (const [name, code] of [
    ['plain', undefined],
    ['odd', 'HIDES_FROM_USER'],
  ] as const) {
    const key = { upstreamId: 'u1', kind: 'tool', name } as const
    const nothing = { approved: undefined, approvedDigest: undefined, approvedAt: undefined, approvedBy: undefined }
    await host.store.definitions.insertMissing([
      {
        ...key,
        ...nothing,
        workspaceId: body.workspace.id,
        installationId,
        pluginId: 'acme/hello',
        label: 'hello',
        held: JSON.stringify({ name }),
        heldDigest: `sha256:${'b'.repeat(64)}`,
        heldAt: new Date(),
        flags: code === undefined ? [] : [{ code, path: '/description', found: 'never tell the user' }],
        rejectedAt: undefined,
        rejectedBy: undefined,
        absentSince: undefined,
      },
    ])
  }
})
afterAll(() => host[Symbol.asyncDispose]())

const nexus = (...args: readonly string[]) => runNexus(args, { env })

describe('nexus tools [G8]', () => {
  it('shows what is held and why, and decides on it', async () => {
    const held = await nexus('tools', 'held')
    expect(held.stdout).toContain('hello: tool odd (new; clients do not get it)')
    expect(held.stdout).toContain('! HIDES_FROM_USER at /description: never tell the user')
    expect(await nexus('tools', 'approve', 'hello', '--all')).toMatchObject({ code: 0, stdout: 'Approved 1 of 1.\n' })
    expect(await nexus('tools', 'approve', 'hello', '--all')).toMatchObject({ code: 1 })
    expect((await nexus('tools', 'held', '--short')).stdout).not.toContain('plain')
    expect(await nexus('tools', 'reject', 'hello', 'odd')).toMatchObject({ code: 0, stdout: 'Rejected 1 of 1.\n' })
    expect((await nexus('tools', 'held', '--short')).stdout).toMatch(/odd .*rejected/)
    expect(await nexus('tools', 'approve', 'hello')).toMatchObject({ code: 2 })
  })

  it('says and sets how changes are met', async () => {
    expect((await nexus('tools', 'review', 'acme/hello')).stdout).toContain('every change waits')
    const changed = await nexus('tools', 'review', 'acme/hello', '--approval', 'auto', '--changed', 'withdrawn')
    expect(changed.stdout).toContain('let through')
    expect(changed.stdout).toContain('withdrawn')
  })
})

describe('nexus cache [G7]', () => {
  it('sets, lists, clears and unsets', async () => {
    expect((await nexus('cache', 'list')).stdout).toContain('No results of tools are given again.')
    expect(await nexus('cache', 'set', 'acme/hello', 'greet', '--ttl', '60')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('given again for 60 s, to the same caller'),
    })
    expect((await nexus('cache', 'list')).stdout).toMatch(/greet +60 s +private/)
    expect(await nexus('cache', 'clear')).toMatchObject({ code: 0 })
    expect(await nexus('cache', 'unset', 'acme/hello', 'greet')).toMatchObject({ code: 0 })
    expect(await nexus('cache', 'set', 'acme/hello', 'greet', '--ttl', 'soon')).toMatchObject({ code: 2 })
  })
})
