import { Store } from './store.ts'
import { TOAST_SHOWN_MS } from '../limits.ts'

export interface Toast {
  readonly id: number
  readonly text: string
}

export const toasts = new Store<readonly Toast[]>([])

let next = 0

/** Says politely that something is done. Failures are shown where they happened, never here. */
export function toast(text: string): void {
  next += 1
  const id = next
  toasts.set([...toasts.value, { id, text }])
  setTimeout(() => dismissToast(id), TOAST_SHOWN_MS)
}

export function dismissToast(id: number): void {
  toasts.set(toasts.value.filter((shown) => shown.id !== id))
}
