import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from '../http/http-host.ts'
import { approvalRow } from '../store/approval-row.ts'
import { runNexus } from './run-nexus.ts'

let host: HttpHost
let env: Record<string, string>
beforeAll(async () => {
  host = await openHttpHost()
  const { token } = JSON.parse(await readFile(join(host.dataDir, 'cli.json'), 'utf8'))
  env = { NEXUS_URL: host.url, NEXUS_TOKEN: token }
  const { body } = await host.ask('GET', '/api/v1/me')
  for (const id of ['first', 'second']) {
    const times = { createdAt: new Date(), expiresAt: new Date(Date.now() + 600_000) }
    await host.store.approvals.open(approvalRow(body.workspace.id, id, times))
  }
})
afterAll(() => host[Symbol.asyncDispose]())

const nexus = (...args: readonly string[]) => runNexus(['approval', ...args], { env })

describe('nexus approval [G9]', () => {
  it('lists what waits, and shows one with its arguments', async () => {
    const listed = await nexus('list')
    expect(listed.stdout).toContain('first')
    expect(listed.stdout).toContain('acme/notes:delete_note')
    const shown = await nexus('show', 'first')
    expect(shown.stdout).toContain('"id":7')
    expect(shown.stdout).toContain('destructiveHint=true')
  })

  it('approves and denies, with a note', async () => {
    expect(await nexus('approve', 'first', '--note', 'Go on.')).toMatchObject({
      code: 0,
      stdout: 'Approved acme/notes:delete_note for Ada.\n',
    })
    expect(await nexus('deny', 'second')).toMatchObject({ code: 0, stdout: 'Denied acme/notes:delete_note for Ada.\n' })
    expect(await host.store.approvals.get('first')).toMatchObject({ state: 'approved', note: 'Go on.' })
  })

  it('says what is wrong', async () => {
    expect(await nexus('approve', 'first')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('APPROVAL_DECIDED'),
    })
    expect(await nexus('approve', 'nothing')).toMatchObject({ code: 1 })
  })
})
