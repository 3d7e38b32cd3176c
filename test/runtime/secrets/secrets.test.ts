import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import type { SecretsPort } from '../../../runtime/src/http/ports.ts'
import { type Principal, systemPrincipal } from '../../../runtime/src/identity/principal.ts'
import { createLocalKeyWrapper } from '../../../runtime/src/secrets/local-key-wrapper.ts'
import { openSecrets } from '../../../runtime/src/secrets/open-secrets.ts'
import { seal, unseal } from '../../../runtime/src/secrets/seal.ts'
import type { Secrets } from '../../../runtime/src/secrets/secrets.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import { addWorkspace } from '../store/rows.ts'

let store: Store
let secrets: Secrets
let principal: Principal
let events: AuditEvent[]
const key = randomBytes(32)
beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' })
  principal = systemPrincipal((await addWorkspace(store, 'main')).id)
  events = []
  secrets = await open(key)
})
afterEach(async () => {
  secrets[Symbol.dispose]()
  await store[Symbol.asyncDispose]()
})

function open(keyEncryptionKey: Buffer): Promise<Secrets> {
  const audit = { record: (event: AuditEvent) => void events.push(event) }
  return openSecrets({ store, audit, wrapper: createLocalKeyWrapper(keyEncryptionKey) })
}

describe('sealing [I6]', () => {
  it('opens only with the same key, context and bytes', () => {
    const sealed = seal(key, Buffer.from('value'), 'w/NAME/1')
    expect(sealed).not.toBe(seal(key, Buffer.from('value'), 'w/NAME/1'))
    expect(unseal(key, sealed, 'w/NAME/1')?.toString()).toBe('value')
    expect(unseal(randomBytes(32), sealed, 'w/NAME/1')).toBeUndefined()
    expect(unseal(key, sealed, 'w/NAME/2')).toBeUndefined()
    const body = Buffer.from(sealed.slice(3), 'base64url')
    for (const [index] of body.entries()) {
      const changed = Buffer.from(body)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(unseal(key, `v1.${changed.toString('base64url')}`, 'w/NAME/1')).toBeUndefined()
    }
    for (const text of ['', 'v1', 'v1.', 'v2.AAAA', `${sealed}.x`, 'v1.AAAA']) {
      expect(unseal(key, text, 'w/NAME/1')).toBeUndefined()
    }
  })
})

describe('secrets [I6]', () => {
  it('reveals what was put, after a restart too, and stores nothing readable', async () => {
    await secrets.put(principal, 'GITHUB_TOKEN', 'hunter2 €', 'r')
    secrets[Symbol.dispose]()
    secrets = await open(key)
    expect(await secrets.reveal(principal.workspaceId, 'GITHUB_TOKEN')).toBe('hunter2 €')
    const rows = [
      await store.secrets.ofWorkspace(principal.workspaceId),
      await store.dataKeys.get(principal.workspaceId),
    ]
    expect(JSON.stringify([rows, events])).not.toContain('hunter2')
  })

  it('counts versions, lists names, removes', async () => {
    const first = await secrets.put(principal, 'KEY', 'one', 'r')
    expect(first).toEqual({ name: 'KEY', version: 1, updatedAt: expect.any(Date) })
    expect(await secrets.put(principal, 'KEY', 'two', 'r')).toMatchObject({ version: 2 })
    await secrets.put(principal, 'ANOTHER', 'x', 'r')
    expect((await secrets.list(principal.workspaceId)).map(({ name, version }) => [name, version])).toEqual([
      ['ANOTHER', 1],
      ['KEY', 2],
    ])
    expect(await secrets.remove(principal, 'KEY', 'r')).toBe(true)
    expect(await secrets.remove(principal, 'KEY', 'r')).toBe(false)
    await expect(secrets.reveal(principal.workspaceId, 'KEY')).rejects.toMatchObject({
      code: 'SECRETS_NOT_FOUND',
      status: 404,
    })
    expect(events.map((event) => [event.action, event.target])).toEqual([
      ['secret.written', 'secret:KEY'],
      ['secret.written', 'secret:KEY'],
      ['secret.written', 'secret:ANOTHER'],
      ['secret.removed', 'secret:KEY'],
    ])
  })

  it('gives each of several writers a version of its own', async () => {
    const facts = await Promise.all(
      Array.from({ length: 6 }, (_, index) => secrets.put(principal, 'KEY', `v${index}`, 'r')),
    )
    expect(facts.map(({ version }) => version).toSorted((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6])
    const last = facts.findIndex(({ version }) => version === 6)
    expect(await secrets.reveal(principal.workspaceId, 'KEY')).toBe(`v${last}`)
  })

  it('keeps workspaces apart, even when rows are moved in the database', async () => {
    const other = await addWorkspace(store, 'other')
    await secrets.put(principal, 'KEY', 'mine', 'r')
    await secrets.put({ ...principal, workspaceId: other.id }, 'KEY', 'theirs', 'r')
    expect(await secrets.reveal(other.id, 'KEY')).toBe('theirs')
    const mine = await store.secrets.get({ workspaceId: principal.workspaceId, name: 'KEY' })
    await store.secrets.update({ workspaceId: other.id, name: 'KEY' }, { sealed: mine?.sealed ?? '' })
    await expect(secrets.reveal(other.id, 'KEY')).rejects.toMatchObject({ code: 'SECRETS_DAMAGED' })
    await secrets.put(principal, 'TWIN', 'x', 'r')
    await store.secrets.update({ workspaceId: principal.workspaceId, name: 'TWIN' }, { sealed: mine?.sealed ?? '' })
    await expect(secrets.reveal(principal.workspaceId, 'TWIN')).rejects.toMatchObject({ code: 'SECRETS_DAMAGED' })
  })

  it('does not open with another key, and says which one it needs', async () => {
    await secrets.put(principal, 'KEY', 'value', 'r')
    const needed = createLocalKeyWrapper(key).keyId
    await expect(open(randomBytes(32))).rejects.toMatchObject({
      code: 'SECRETS_WRONG_KEY',
      details: { expected: needed },
      message: expect.stringContaining(needed),
    })
    const other = await addWorkspace(store, 'other')
    const row = await store.dataKeys.get(principal.workspaceId)
    await store.dataKeys.insert({ workspaceId: other.id, wrapped: row?.wrapped ?? '', keyId: needed })
    await expect(open(key)).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
  })

  it('needs the permission to manage secrets', async () => {
    const member = { ...principal, permissions: new Set(['tools:call'] as const) }
    await expect(secrets.put(member, 'KEY', 'x', 'r')).rejects.toMatchObject({ code: 'IDENTITY_FORBIDDEN' })
    await expect(secrets.remove(member, 'KEY', 'r')).rejects.toMatchObject({ code: 'IDENTITY_FORBIDDEN' })
  })

  it.each(['', '1KEY', 'a b', 'a/b', '../x', 'ä', `a${'b'.repeat(80)}`])('refuses the name %j', async (name) => {
    await expect(secrets.put(principal, name, 'x', 'r')).rejects.toMatchObject({ code: 'SECRETS_NAME_INVALID' })
    await expect(secrets.reveal(principal.workspaceId, name)).rejects.toMatchObject({ code: 'SECRETS_NAME_INVALID' })
  })

  it('takes 64 KiB in UTF-8 and not a byte more', async () => {
    await secrets.put(principal, 'KEY', '€'.repeat(21_845), 'r')
    for (const value of ['€'.repeat(21_846), '', '\ud800']) {
      const error: unknown = await secrets.put(principal, 'KEY', value, 'r').catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'SECRETS_VALUE_INVALID', status: 422 })
    }
  })

  it('offers what the admin API asks for', () => {
    const port: SecretsPort = secrets
    expect(port).toBeDefined()
  })
})
