import { randomUUID } from 'node:crypto'
import { parseManifest, type PluginManifest } from '@nexus/plugin-api'
import { NO_GRANTS } from '../../../runtime/src/grants/grant.ts'
import type { ApiTokenRow, InstallationRow, Store, UserRow, WorkspaceRow } from '../../../runtime/src/store/store.ts'
import type { VirtualServerRow } from '../../../runtime/src/store/virtual-server-row.ts'

const at = new Date('2026-11-21T10:00:00.123Z')

function manifest(): PluginManifest {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'acme/notes',
    version: '1.2.3',
    kind: 'connector',
    displayName: 'Notes',
    description: 'Keeps notes.',
    license: 'MIT',
    engines: { nexus: '^0.1.0' },
    main: 'plugin.js',
    contributes: { tools: [{ name: 'note', description: 'Adds a note.', inputSchema: { type: 'object' } }] },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

export async function addWorkspace(store: Store, name: string = randomUUID()): Promise<WorkspaceRow> {
  const row = { id: randomUUID(), name, title: 'Ünïcode ✓', createdAt: at }
  await store.workspaces.insert(row)
  return row
}

export async function addUser(store: Store, change: Partial<UserRow> = {}): Promise<UserRow> {
  const id = randomUUID()
  const row = {
    id,
    email: `${id}@example.com`,
    displayName: 'Ada',
    passwordHash: '$argon2id$x',
    disabled: false,
    createdAt: at,
    ...change,
  }
  await store.users.insert(row)
  return row
}

export async function addInstallation(
  store: Store,
  workspaceId: string,
  change: Partial<InstallationRow> = {},
): Promise<InstallationRow> {
  const row = {
    id: randomUUID(),
    workspaceId,
    pluginId: 'acme/notes',
    version: '1.2.3',
    bundleDigest: 'sha512:00',
    manifest: manifest(),
    config: { depth: 3, on: false, hosts: ['a.example'] },
    grants: NO_GRANTS,
    profile: 'strict',
    enabled: true,
    label: `notes-${randomUUID()}`,
    quarantine: undefined,
    installedBy: 'user:1',
    createdAt: at,
    updatedAt: at,
    ...change,
  }
  await store.installations.insert(row)
  return row
}

export function tokenRow(workspaceId: string, userId: string, change: Partial<ApiTokenRow> = {}): ApiTokenRow {
  return {
    id: randomUUID(),
    workspaceId,
    userId,
    name: 'laptop',
    tokenHash: randomUUID(),
    hint: 'nxs_abcd',
    scopes: ['tools:call', 'servers:read'],
    virtualServer: undefined,
    createdAt: at,
    expiresAt: undefined,
    lastUsedAt: undefined,
    revokedAt: undefined,
    ...change,
  }
}

export function serverRow(workspaceId: string, name: string): VirtualServerRow {
  return {
    id: randomUUID(),
    workspaceId,
    name,
    title: 'Docs',
    description: '',
    prefixMode: 'conditional',
    tools: [{ upstream: 'notes', tool: '*', arguments: { project: { fixed: 'OPS' } } }],
    prompts: [{ upstream: 'notes', prompt: 'sum' }],
    resources: [{ upstream: 'notes', uri: 'note://1' }],
    resourceTemplates: [{ upstream: 'notes', uriTemplate: 'note://{id}' }],
    include: [{ kinds: ['tool'], annotations: { readOnlyHint: true } }],
    exclude: [{ tags: ['beta'] }],
    access: { roles: ['member'] },
    rules: [{ effect: 'deny', name: 'drop_*' }],
    rate: { perPrincipal: 60 },
    toolSearch: { mode: 'auto', above: 40 },
    revision: 3,
    createdAt: at,
    updatedAt: at,
  }
}
