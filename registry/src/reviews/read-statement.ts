import type { z } from 'zod'
import { HOST_STATEMENT_TYPE } from '../contract/host-statements.ts'
import { keyIdOf } from '../signing/keys.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type HostRow, hosts } from '../store/rows/review-rows.ts'
import { reviewError } from './errors.ts'
import { STATEMENT_AGE_MS } from './limits.ts'

const text = new TextDecoder('utf-8', { fatal: true })

/** The fields by which every statement is checked. */
interface Stamped {
  readonly registry: string
  readonly signedAt: string
}

/** Reads what a known host signed: who, whether its key did, for whom, when, and only then what it says. */
export async function readStatement<Schema extends z.ZodType<Stamped>>(
  store: RegistryStore,
  statement: string,
  schema: Schema,
): Promise<{ readonly host: HostRow; readonly said: z.output<Schema> }> {
  const host = await store.database.getRepository(hosts).findOneBy({ id: await keyIdIn(statement) })
  if (host === null) {
    throw reviewError(
      'HOST_UNKNOWN',
      'Expected a statement of a host that is registered here, found another. Register it first.',
    )
  }
  if (host.blockedAt !== null) {
    throw reviewError(
      'HOST_BLOCKED',
      `Expected a host in good standing, found one that was blocked: ${host.blockReason}`,
    )
  }
  return { host, said: await checkStatement(store, statement, host.publicKey, schema) }
}

/** The same against a given key, for a host that makes itself known. */
export async function checkStatement<Schema extends z.ZodType<Stamped>>(
  store: RegistryStore,
  statement: string,
  publicKey: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await verify(statement, publicKey))
  if (!parsed.success) {
    const errors = parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }))
    throw reviewError(
      'STATEMENT_INVALID',
      'Expected a statement as the API describes it, found another. See details.',
      {
        details: { errors },
      },
    )
  }
  const { registry, signedAt } = parsed.data
  if (registry !== store.key.keyId) {
    throw reviewError(
      'STATEMENT_REGISTRY',
      `Expected a statement for the registry ${store.key.keyId}, found one for another.`,
    )
  }
  if (Math.abs(Date.now() - Date.parse(signedAt)) > STATEMENT_AGE_MS) {
    throw reviewError(
      'STATEMENT_TIME',
      `Expected a statement signed within ${STATEMENT_AGE_MS / 60_000} minutes of now, found one of ${signedAt}. Set the clock of the host.`,
    )
  }
  return parsed.data
}

async function keyIdIn(statement: string): Promise<string> {
  const { decodeProtectedHeader } = await import('jose')
  try {
    const { kid } = decodeProtectedHeader(statement)
    if (typeof kid === 'string') return kid
  } catch {
    // The same refusal as for a header without a key id.
  }
  throw reviewError('STATEMENT_INVALID', 'Expected a compact JWS that names its key, found another form.')
}

async function verify(statement: string, publicKey: string): Promise<unknown> {
  try {
    const { compactVerify, importSPKI } = await import('jose')
    const key = await importSPKI(publicKey, 'EdDSA')
    const { payload, protectedHeader } = await compactVerify(statement, key, { algorithms: ['EdDSA'] })
    if (protectedHeader.typ !== HOST_STATEMENT_TYPE || protectedHeader.kid !== keyIdOf(publicKey)) throw new TypeError()
    return JSON.parse(text.decode(payload))
  } catch {
    throw reviewError(
      'STATEMENT_SIGNATURE',
      `Expected a statement of type ${HOST_STATEMENT_TYPE} signed with the host's Ed25519 key, found another signature.`,
    )
  }
}
