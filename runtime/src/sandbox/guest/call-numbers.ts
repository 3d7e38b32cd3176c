import { HostWeakMap } from './primordials.ts'

const numbers = new HostWeakMap<object, number>()

/** Notes which call a handler's `call` argument stands for. */
export function rememberCall(info: object, call: number): void {
  numbers.set(info, call)
}

/** The call behind a handler's `call` argument; 0, which is no call, for anything else. */
export function callNumber(info: unknown): number {
  return typeof info === 'object' && info !== null ? (numbers.get(info) ?? 0) : 0
}
