import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { logPage } from '@nexus/registry/contract'
import { z } from 'zod'
import type { AuditedLog } from './audit-log.ts'
import { hostLogError } from './errors.ts'
import { MAX_EXPORT_BYTES } from './limits.ts'

const header = z.strictObject({
  kind: z.literal('nexus-log'),
  version: z.literal(1),
  identity: z.strictObject({ origin: z.string(), publicKey: z.string() }),
  checkpoint: z.string(),
})
const line = z.union([
  z.strictObject({ entry: logPage.shape.items.element }),
  z.strictObject({ release: z.strictObject({ id: z.string(), version: z.string(), bundleDigest: z.string() }) }),
])

/** Writes a log into a new file: a head, then one line an entry, then one line a release of the catalogue. */
export async function exportLog(log: AuditedLog, path: string): Promise<{ entries: number; releases: number }> {
  const file = await open(path, 'wx', 0o644)
  let entries = 0
  let releases = 0
  try {
    const { identity, checkpoint } = log
    await file.write(`${JSON.stringify({ kind: 'nexus-log', version: 1, identity, checkpoint })}\n`)
    for await (const entry of log.entries) {
      await file.write(`${JSON.stringify({ entry })}\n`)
      entries += 1
    }
    for await (const release of log.catalogue) {
      await file.write(`${JSON.stringify({ release })}\n`)
      releases += 1
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { entries, releases }
}

/** Opens an export. Its lines are read when they are asked for; what is not one is refused with its number. */
export async function openLogExport(path: string): Promise<AuditedLog> {
  const { size } = await stat(path)
  if (size > MAX_EXPORT_BYTES) throw invalid(1, `at most ${MAX_EXPORT_BYTES} bytes`)
  const first = await readLines(path).next()
  const head = header.safeParse(first.value)
  if (!head.success) throw invalid(1, 'the head of a log export')
  return { ...head.data, entries: readEntries(path), catalogue: readReleases(path) }
}

async function* readEntries(path: string) {
  for await (const found of readBody(path)) if ('entry' in found) yield found.entry
}

async function* readReleases(path: string) {
  for await (const found of readBody(path)) if ('release' in found) yield found.release
}

async function* readBody(path: string) {
  let at = 0
  for await (const value of readLines(path)) {
    at += 1
    if (at === 1) continue
    const parsed = line.safeParse(value)
    if (!parsed.success) throw invalid(at, 'an entry or a release')
    yield parsed.data
  }
}

async function* readLines(path: string): AsyncGenerator {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })
  let at = 0
  for await (const text of lines) {
    at += 1
    try {
      yield JSON.parse(text)
    } catch {
      throw invalid(at, 'JSON')
    }
  }
}

function invalid(at: number, expected: string) {
  return hostLogError(
    'LOG_EXPORT_INVALID',
    `Expected ${expected} in line ${at} of the log export, found something else.`,
    {
      details: { layer: 'log', expected, found: `line ${at}` },
    },
  )
}
