import type { ArgumentTest, SyscallPolicy, SyscallRule, Verdict } from './policy.ts'
import { type SyscallArchitecture, syscallNumber } from './syscall-numbers.ts'

/** One instruction of classic BPF, `struct sock_filter` of the kernel. */
export interface FilterInstruction {
  readonly code: number
  readonly jumpTrue: number
  readonly jumpFalse: number
  readonly value: number
}

/** Operations of classic BPF (`linux/bpf_common.h`) that the filters use. */
export const OPERATION = { load: 0x20, jumpEqual: 0x15, jumpAtLeast: 0x35, jumpAnyBit: 0x45, answer: 0x06 } as const
/** Answers of a filter (`linux/seccomp.h`). */
export const ANSWER = { allow: 0x7fff_0000, errno: 0x0005_0000, kill: 0x8000_0000 } as const
/** Where `struct seccomp_data` holds what is looked at; both families are little-endian. */
export const FIELD = { number: 0, architecture: 4, firstArgument: 16, argumentBytes: 8 } as const
/** How the kernel names the families (`linux/audit.h`). */
export const AUDIT_ARCHITECTURE: Readonly<Record<SyscallArchitecture, number>> = {
  x64: 0xc000_003e,
  arm64: 0xc000_00b7,
}
/** On x64, numbers from here on are the x32 interface: other numbers for the same calls. */
const X32_NUMBERS = 0x4000_0000
const INSTRUCTION_BYTES = 8

/** The policy as a program for the kernel. Calls of a foreign architecture end the process. */
export function buildFilter(policy: SyscallPolicy, architecture: SyscallArchitecture): readonly FilterInstruction[] {
  const program = [
    load(FIELD.architecture),
    jump(OPERATION.jumpEqual, AUDIT_ARCHITECTURE[architecture], 1, 0),
    answer('kill'),
    load(FIELD.number),
  ]
  if (architecture === 'x64') program.push(jump(OPERATION.jumpAtLeast, X32_NUMBERS, 0, 1), answer('kill'))
  for (const rule of policy.rules) {
    const body = ruleBody(rule)
    for (const name of rule.names) {
      const number = syscallNumber(name, architecture)
      if (number !== undefined) program.push(jump(OPERATION.jumpEqual, number, 0, body.length), ...body)
    }
  }
  return [...program, answer(policy.otherwise)]
}

/** What is done once the call is known; always ends in an answer. */
function ruleBody({ tests = [], verdict }: SyscallRule): readonly FilterInstruction[] {
  return [
    ...tests.flatMap(({ test, verdict: met }) => [
      load(FIELD.firstArgument + FIELD.argumentBytes * test.argument),
      ...argumentTest(test, met),
    ]),
    answer(verdict),
  ]
}

function argumentTest(test: ArgumentTest, verdict: Verdict): readonly FilterInstruction[] {
  if ('anyBitOf' in test) return [jump(OPERATION.jumpAnyBit, test.anyBitOf, 0, 1), answer(verdict)]
  return test.oneOf.flatMap((value) => [jump(OPERATION.jumpEqual, value, 0, 1), answer(verdict)])
}

function load(offset: number): FilterInstruction {
  return { code: OPERATION.load, jumpTrue: 0, jumpFalse: 0, value: offset }
}

function jump(code: number, value: number, jumpTrue: number, jumpFalse: number): FilterInstruction {
  return { code, jumpTrue, jumpFalse, value }
}

function answer(verdict: Verdict): FilterInstruction {
  const value = typeof verdict === 'string' ? ANSWER[verdict] : ANSWER.errno + verdict.errno
  return { code: OPERATION.answer, jumpTrue: 0, jumpFalse: 0, value }
}

/** The bytes that `bwrap --seccomp` reads: an array of `struct sock_filter`. */
export function encodeFilter(program: readonly FilterInstruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES)
  for (const [index, { code, jumpTrue, jumpFalse, value }] of program.entries()) {
    const at = index * INSTRUCTION_BYTES
    bytes.writeUInt16LE(code, at)
    bytes.writeUInt8(jumpTrue, at + 2)
    bytes.writeUInt8(jumpFalse, at + 3)
    bytes.writeUInt32LE(value, at + 4)
  }
  return bytes
}
