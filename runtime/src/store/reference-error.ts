import { errorCode } from '@nexus/plugin-api'
import { storeError } from './errors.ts'

const REFERENCE_CODES: ReadonlySet<string | undefined> = new Set(['23503', 'SQLITE_CONSTRAINT_FOREIGNKEY'])

/** Says in the store's words when the row that a statement's row belongs to is not there, or is still needed. */
export async function explainReferences<Result>(statement: Promise<Result>): Promise<Result> {
  try {
    return await statement
  } catch (error) {
    if (!REFERENCE_CODES.has(errorCode(error))) throw error
    throw storeError(
      'STORE_REFERENCE',
      'Expected the row it belongs to, and none that still belongs to it; found otherwise. Look at its workspace, user or installation.',
      { cause: error },
    )
  }
}
