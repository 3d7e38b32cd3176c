// Heads that come with every call are short words instead of JSON. A cell wrote them, so each is matched whole.

const CAPABILITY = /^(\d{1,10}) ([a-zA-Z.]{1,64})$/
const FAILED = /^([A-Z_]{1,40}) (\d{1,15})$/
const MICROSECONDS = /^\d{1,15}$/

/** Head of a `capability` frame: the call it belongs to, 0 for none, and the capability's name. */
export function readCapabilityHead(text: string): { readonly call: number; readonly capability: string } | undefined {
  const [, call, capability] = CAPABILITY.exec(text) ?? []
  return call === undefined || capability === undefined ? undefined : { call: Number(call), capability }
}

/** Head of an `answered` frame: CPU time of the call, microseconds, as the cell says. */
export function readMicroseconds(text: string): number | undefined {
  return MICROSECONDS.test(text) ? Number(text) : undefined
}

/** Head of a `failed` frame: a code of the guest's side and the call's CPU time. */
export function readFailedHead(text: string): { readonly code: string; readonly cpuMicroseconds: number } | undefined {
  const [, code, used] = FAILED.exec(text) ?? []
  return code === undefined || used === undefined ? undefined : { code, cpuMicroseconds: Number(used) }
}
