import type { SyscallName } from './syscall-numbers.ts'

/** What the kernel does with a call: let it pass, answer with an error number, or end the process. */
export type Verdict = 'allow' | 'kill' | { readonly errno: number }

/** A test of one argument, as the kernel reads it: its lower 32 bits. */
export type ArgumentTest =
  /** True when any of these bits is set. */
  | { readonly argument: number; readonly anyBitOf: number }
  /** True when the value is one of these. */
  | { readonly argument: number; readonly oneOf: readonly number[] }

/** What happens to some calls. Tests are tried in order; the first that holds decides, else `verdict`. */
export interface SyscallRule {
  readonly names: readonly SyscallName[]
  readonly verdict: Verdict
  readonly tests?: readonly { readonly test: ArgumentTest; readonly verdict: Verdict }[]
}

/** Which system calls a process may make. The first rule that names a call decides. */
export interface SyscallPolicy {
  readonly rules: readonly SyscallRule[]
  readonly otherwise: Verdict
}

/** Operation not permitted. */
export const EPERM: Verdict = { errno: 1 }
/** No such system call: libraries then take their older way, so that this is the gentlest refusal. */
export const ENOSYS: Verdict = { errno: 38 }
/** Address family not supported. */
export const EAFNOSUPPORT: Verdict = { errno: 97 }

/** Every flag of `clone` that makes a new namespace (`linux/sched.h`); time namespaces come only with `clone3`. */
export const CLONE_NEW_NAMESPACE = 0x7e02_0000
/** The new task is a thread of the caller. */
export const CLONE_THREAD = 0x0001_0000
