import type { RegistryStore } from '../store/open-store.ts'

/** What the log needs of the store. */
export type LogStore = Pick<RegistryStore, 'database' | 'logKey'>
