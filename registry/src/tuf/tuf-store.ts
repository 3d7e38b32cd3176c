import type { RegistryStore } from '../store/open-store.ts'
import type { TufSigner } from './signed-metadata.ts'

/** What the metadata are made from. */
export interface TufStore extends Pick<RegistryStore, 'database' | 'dialect' | 'statements' | 'logKey' | 'keys'> {
  readonly dataDir: string
  /** The key that signs what changes with every publish. Another after a rotation. */
  readonly online: { signer: TufSigner }
}
