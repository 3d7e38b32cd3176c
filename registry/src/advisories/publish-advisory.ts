import { satisfies, validRange } from 'semver'
import type { z } from 'zod'
import { actorName } from '../accounts/actor-name.ts'
import type { Actor } from '../accounts/actor.ts'
import { requireManage } from '../accounts/permissions.ts'
import type { Advisory, advisoryRequest } from '../contract/advisories.ts'
import { isUniqueViolation } from '../database/index.ts'
import { registryError } from '../errors.ts'
import { appendToLog } from '../log/append-to-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type AdvisoryRow, advisories } from '../store/rows/advisory-rows.ts'
import { packages } from '../store/rows/package-rows.ts'
import { plugins } from '../store/rows/release-rows.ts'
import { advisoryError } from './errors.ts'
import { NUMBER_ATTEMPTS } from './limits.ts'
import { toAdvisory } from './present.ts'

type Request = z.output<typeof advisoryRequest>

/** Publishes an advisory about a package. Owners of the package and moderators may. */
export async function publishAdvisory(
  store: RegistryStore,
  actor: Actor | undefined,
  packageName: string,
  request: Request,
): Promise<Advisory> {
  await requireManage(store, actor, packageName)
  await requirePackage(store, packageName)
  checkRange(request)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return toAdvisory(await insert(store, actor, packageName, request))
    } catch (error) {
      // Another advisory took the number in the meantime.
      if (!isUniqueViolation(error) || attempt === NUMBER_ATTEMPTS) throw error
    }
  }
}

/** Says an advisory anew: its range, severity or words. The log keeps that it changed. */
export async function updateAdvisory(
  store: RegistryStore,
  actor: Actor | undefined,
  id: string,
  request: Request,
): Promise<Advisory> {
  const row = await findRow(store, id)
  await requireManage(store, actor, row.packageName)
  if (row.withdrawnAt !== null) throw withdrawn(id)
  checkRange(request)
  const changed: AdvisoryRow = { ...row, ...columnsOf(request), updatedAt: new Date().toISOString() }
  await store.database.transaction(async (manager) => {
    await manager.save(advisories, changed)
    await appendToLog(manager, { kind: 'advisory.published', advisoryId: id, id: pluginOf(row), range: changed.range })
  })
  return toAdvisory(changed)
}

/** Takes an advisory back. It stays readable and affects nothing any more. */
export async function withdrawAdvisory(
  store: RegistryStore,
  actor: Actor | undefined,
  id: string,
  reason: string,
): Promise<Advisory> {
  const row = await findRow(store, id)
  await requireManage(store, actor, row.packageName)
  if (row.withdrawnAt !== null) throw withdrawn(id)
  const now = new Date().toISOString()
  const changed: AdvisoryRow = { ...row, withdrawnAt: now, withdrawReason: reason, updatedAt: now }
  await store.database.transaction(async (manager) => {
    await manager.save(advisories, changed)
    await appendToLog(manager, { kind: 'advisory.withdrawn', advisoryId: id, id: pluginOf(row), reason })
  })
  return toAdvisory(changed)
}

export async function findRow(store: RegistryStore, id: string): Promise<AdvisoryRow> {
  const row = await store.database.getRepository(advisories).findOneBy({ id })
  if (row === null) throw advisoryError('ADVISORY_NOT_FOUND', `Expected an advisory ${id}, found none.`)
  return row
}

function insert(
  store: RegistryStore,
  actor: Actor | undefined,
  packageName: string,
  request: Request,
): Promise<AdvisoryRow> {
  return store.database.transaction(async (manager) => {
    const now = new Date()
    const [newest] = await manager.find(advisories, { order: { number: 'desc' }, take: 1 })
    const number = (newest?.number ?? 0) + 1
    const row: AdvisoryRow = {
      id: `NXSA-${now.getUTCFullYear()}-${String(number).padStart(4, '0')}`,
      number,
      packageName,
      ...columnsOf(request),
      publishedAt: now.toISOString(),
      publishedBy: actorName(actor),
      updatedAt: now.toISOString(),
      withdrawnAt: null,
      withdrawReason: null,
    }
    await manager.insert(advisories, row)
    await appendToLog(manager, { kind: 'advisory.published', advisoryId: row.id, id: pluginOf(row), range: row.range })
    return row
  })
}

function columnsOf(request: Request) {
  return {
    range: request.range,
    severity: request.severity,
    title: request.title,
    text: request.text,
    fixedVersion: request.fixedVersion ?? null,
    aliases: request.aliases,
    cwe: request.cwe,
    cvss: request.cvss ?? null,
    links: request.references,
  }
}

/** What the log calls it: packages that advisories are about have a scope. */
const pluginOf = ({ packageName }: Pick<AdvisoryRow, 'packageName'>): string => packageName.replace(/^@/, '')

async function requirePackage(store: RegistryStore, packageName: string): Promise<void> {
  const known =
    (await store.database.getRepository(packages).existsBy({ name: packageName })) ||
    (await store.database.getRepository(plugins).existsBy({ id: packageName.slice(1) }))
  if (!known) throw registryError('PLUGIN_NOT_FOUND', `Expected a package ${packageName}, found none.`)
}

function checkRange({ range, fixedVersion }: Request): void {
  if (validRange(range) === null) {
    throw advisoryError('ADVISORY_RANGE', `Expected a semver range such as \`>=1.0.0 <1.2.3\`, found \`${range}\`.`)
  }
  if (fixedVersion !== undefined && satisfies(fixedVersion, range, { includePrerelease: true })) {
    throw advisoryError(
      'ADVISORY_RANGE',
      `Expected a fixed version outside of the affected range, found ${fixedVersion} inside \`${range}\`. End the range before it.`,
    )
  }
}

function withdrawn(id: string) {
  return advisoryError('ADVISORY_WITHDRAWN', `Expected an advisory that counts, found that ${id} was withdrawn.`)
}
