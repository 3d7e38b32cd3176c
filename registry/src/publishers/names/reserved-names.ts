import { builtinModules } from 'node:module'
import type { ReservedName } from '../../contract/namespaces.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import { reservedNames } from '../../store/rows/namespace-rows.ts'

/** Names that mean something else here, in npm clients or in Node. */
const ALWAYS = new Set(
  [
    builtinModules,
    ['nexus', 'npm', 'registry', 'api', 'login', 'admin', 'root', 'system', 'official', 'support', 'security'],
    ['node_modules', 'favicon.ico', 'null', 'undefined', 'constructor', 'prototype', '__proto__'],
  ].flat(),
)

/** True for a name nobody may take: of a publisher, or of a package without a scope. */
export async function isReservedName(store: RegistryStore, name: string): Promise<boolean> {
  return ALWAYS.has(name) || (await store.database.getRepository(reservedNames).existsBy({ name }))
}

/** Names that this registry's admin reserved. */
export async function listReservedNames(store: RegistryStore): Promise<readonly ReservedName[]> {
  return store.database.getRepository(reservedNames).find({ order: { name: 'ASC' } })
}

/** Keeps a name from being taken. Who has it already keeps it. */
export async function reserveName(store: RegistryStore, name: string, reason: string): Promise<void> {
  const row = { name, reason, createdAt: new Date().toISOString() }
  await store.database.getRepository(reservedNames).upsert(row, ['name'])
}

export async function releaseName(store: RegistryStore, name: string): Promise<void> {
  await store.database.getRepository(reservedNames).delete({ name })
}
