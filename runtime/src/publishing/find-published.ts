import { errorCode } from '@nexus/plugin-api'
import type { ReleaseDetail } from '@nexus/registry/contract'
import type { RegistryClient } from '../install/index.ts'

/** The release of this version, or `undefined` when there is none: publishing again is then no retry. */
export async function findPublished(
  registry: Pick<RegistryClient, 'release'>,
  id: string,
  version: string,
): Promise<ReleaseDetail | undefined> {
  try {
    return await registry.release(id, version)
  } catch (error) {
    if (errorCode(error) === 'INSTALL_RELEASE_NOT_FOUND') return undefined
    throw error
  }
}
