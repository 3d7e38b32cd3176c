import type { Me } from '@nexus/runtime/contract'
import { Store } from './store.ts'

/** `undefined` until the host has answered, `null` when nobody is signed in. */
export const session = new Store<Me | null | undefined>(undefined)

/** May the person do this? The host checks again; this only decides what is shown. */
export function may(permission: string): boolean {
  return session.value?.permissions.includes(permission) ?? false
}
