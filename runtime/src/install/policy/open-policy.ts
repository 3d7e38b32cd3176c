import { join } from 'node:path'
import { type TrustPolicy, type TrustPolicyChange, schemas } from '../../contract/index.ts'
import { installError } from '../errors.ts'
import { openJsonFile } from '../json-file.ts'

/** The policy in force, kept in a file that people can read. */
export interface PolicyStore {
  readonly policy: TrustPolicy
  set(change: TrustPolicyChange): Promise<TrustPolicy>
}

/** Opens `<dataDir>/trust-policy.json`. A damaged one is an error, never an empty policy. */
export async function openPolicy(dataDir: string): Promise<PolicyStore> {
  const path = join(dataDir, 'trust-policy.json')
  const file = await openJsonFile(path, schemas.trustPolicy, schemas.trustPolicy.parse({}), (found) =>
    installError(
      'TRUST_POLICY_INVALID',
      `Expected the policy of this host in ${path}, found: ${found}. Mend the file.`,
    ),
  )
  return {
    get policy() {
      return file.content
    },
    async set(change) {
      await file.change((current) => schemas.trustPolicy.parse({ ...current, ...change }))
      return file.content
    },
  }
}
