import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { probeMachine } from '../../../runtime/src/sandbox/containment/probe.ts'
import {
  ANSWER,
  AUDIT_ARCHITECTURE,
  FIELD,
  type FilterInstruction,
  OPERATION,
  buildFilter,
  encodeFilter,
} from '../../../runtime/src/sandbox/containment/seccomp/build-filter.ts'
import { cellPolicy } from '../../../runtime/src/sandbox/containment/seccomp/cell-policy.ts'
import { processPolicy } from '../../../runtime/src/sandbox/containment/seccomp/process-policy.ts'
import {
  type SyscallArchitecture,
  type SyscallName,
  syscallNumber,
} from '../../../runtime/src/sandbox/containment/seccomp/syscall-numbers.ts'

interface Call {
  readonly architecture: number
  readonly number: number
  readonly args?: readonly number[]
}

/** Runs a filter the way the kernel does. */
function run(program: readonly FilterInstruction[], call: Call): string {
  let accumulator = 0
  for (let at = 0; at < program.length; at += 1) {
    const { code, jumpTrue, jumpFalse, value } = program[at] ?? expect.fail('jumped out of the program')
    if (code === OPERATION.load) accumulator = field(call, value)
    else if (code === OPERATION.answer) return describeAnswer(value)
    else at += holds(code, accumulator, value) ? jumpTrue : jumpFalse
  }
  return expect.fail('the program ended without an answer')
}

function field({ architecture, number, args = [] }: Call, offset: number): number {
  if (offset === FIELD.number) return number
  if (offset === FIELD.architecture) return architecture
  return args[(offset - FIELD.firstArgument) / FIELD.argumentBytes] ?? 0
}

function holds(code: number, left: number, right: number): boolean {
  if (code === OPERATION.jumpEqual) return left === right
  if (code === OPERATION.jumpAtLeast) return left >= right
  if (code === OPERATION.jumpAnyBit) return (left & right) !== 0
  return expect.fail(`no such operation: ${code}`)
}

function describeAnswer(value: number): string {
  if (value === ANSWER.allow) return 'allow'
  if (value === ANSWER.kill) return 'kill'
  return `errno ${value - ANSWER.errno}`
}

const families: readonly SyscallArchitecture[] = ['x64', 'arm64']
const policies = { cell: cellPolicy, process: processPolicy }
const ask = (policy: keyof typeof policies, name: SyscallName, args: readonly number[], family: SyscallArchitecture) =>
  run(buildFilter(policies[policy], family), {
    architecture: AUDIT_ARCHITECTURE[family],
    number: syscallNumber(name, family) ?? expect.fail(`${name} does not exist on ${family}`),
    args,
  })

const THREAD = 0x3d_0f00
const FORK = 17
const NEW_USER = 0x1000_0000

describe.each(families)('filter of system calls on %s [H3]', (family) => {
  const refusedToProcesses: readonly SyscallName[] = [
    'ptrace',
    'process_vm_readv',
    'process_vm_writev',
    'pidfd_getfd',
    'bpf',
    'userfaultfd',
    'perf_event_open',
    'keyctl',
    'add_key',
    'request_key',
    'unshare',
    'setns',
    'mount',
    'umount2',
    'pivot_root',
    'move_mount',
    'fsopen',
    'mount_setattr',
    'open_by_handle_at',
    'kexec_load',
    'init_module',
    'finit_module',
    'delete_module',
    'reboot',
    'settimeofday',
  ]
  it.each(refusedToProcesses)('refuses %s to stdio servers', (name) => {
    expect(ask('process', name, [], family)).toBe('errno 1')
  })

  it('hides clone3 and io_uring from stdio servers, so that libraries take their older way', () => {
    for (const name of ['clone3', 'io_uring_setup', 'io_uring_enter'] as const)
      expect(ask('process', name, [], family)).toBe('errno 38')
  })

  it('lets stdio servers make threads and processes, but no namespaces', () => {
    expect(ask('process', 'clone', [THREAD], family)).toBe('allow')
    expect(ask('process', 'clone', [FORK], family)).toBe('allow')
    for (const flag of [0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, NEW_USER, 0x2000_0000, 0x4000_0000])
      expect(ask('process', 'clone', [FORK | flag], family)).toBe('errno 1')
  })

  it.each([
    [1, 'allow'],
    [2, 'allow'],
    [10, 'allow'],
    [16, 'allow'],
    [17, 'errno 97'],
    [38, 'errno 97'],
    [40, 'errno 97'],
  ])('answers a stdio server that wants a socket of family %i with: %s', (socketFamily, answer) => {
    expect(ask('process', 'socket', [socketFamily, 1, 0], family)).toBe(answer)
  })

  it('keeps stdio servers from typing into a terminal and from odd personalities', () => {
    expect(ask('process', 'ioctl', [0, 0x5412], family)).toBe('errno 1')
    expect(ask('process', 'ioctl', [0, 0x5401], family)).toBe('allow')
    expect(ask('process', 'personality', [0xffff_ffff], family)).toBe('allow')
    expect(ask('process', 'personality', [0x40000], family)).toBe('errno 1')
  })

  it('lets a cell make threads, but no process', () => {
    expect(ask('cell', 'clone', [THREAD], family)).toBe('allow')
    expect(ask('cell', 'clone', [FORK], family)).toBe('errno 1')
    expect(ask('cell', 'clone', [THREAD | NEW_USER], family)).toBe('errno 1')
    expect(ask('cell', 'execveat', [], family)).toBe('errno 1')
  })

  const wanted: readonly SyscallName[] = ['read', 'write', 'mmap', 'mprotect', 'futex', 'exit_group', 'epoll_ctl']
  it.each(wanted)('lets a cell use %s', (name) => {
    expect(ask('cell', name, [], family)).toBe('allow')
  })

  const refusedToCells: readonly SyscallName[] = [
    ...refusedToProcesses,
    'socket',
    'socketpair',
    'connect',
    'bind',
    'listen',
    'io_uring_setup',
    'personality',
    'clone3',
  ]
  it.each(refusedToCells)('refuses %s to cells, whatever its arguments', (name) => {
    for (const first of [0, 1, 2, 0xffff_ffff]) expect(ask('cell', name, [first, first], family)).toMatch(/^errno/)
  })

  it('refuses to cells what it does not know', () => {
    const program = buildFilter(cellPolicy, family)
    const answers = Array.from({ length: 1_000 }, (_, number) =>
      run(program, { architecture: AUDIT_ARCHITECTURE[family], number }),
    )
    expect(answers.filter((answer) => answer === 'allow').length).toBeLessThan(160)
    expect(answers.slice(500).every((answer) => answer === 'errno 38')).toBe(true)
  })

  it('ends a process that calls through another architecture', () => {
    for (const policy of [cellPolicy, processPolicy]) {
      const program = buildFilter(policy, family)
      expect(run(program, { architecture: 0x4000_0003, number: 1 })).toBe('kill')
    }
  })

  it('is small enough for the kernel, and every jump lands inside', () => {
    for (const policy of [cellPolicy, processPolicy]) {
      const program = buildFilter(policy, family)
      expect(program.length).toBeLessThan(4_096)
      for (const [at, { jumpTrue, jumpFalse }] of program.entries()) {
        expect(at + 1 + Math.max(jumpTrue, jumpFalse)).toBeLessThanOrEqual(program.length)
        expect(Math.max(jumpTrue, jumpFalse)).toBeLessThan(256)
      }
      expect(encodeFilter(program)).toHaveLength(program.length * 8)
    }
  })
})

it('ends an x64 process that calls through the x32 interface [H3]', () => {
  for (const policy of [cellPolicy, processPolicy])
    expect(run(buildFilter(policy, 'x64'), { architecture: AUDIT_ARCHITECTURE.x64, number: 0x4000_0001 })).toBe('kill')
})

const { bubblewrap, seccomp } = probeMachine()
describe.runIf('path' in bubblewrap && 'cell' in seccomp)('filter of system calls in force [H3]', () => {
  const inBox = (filter: 'cell' | 'process', command: readonly string[]) =>
    spawnSync(
      'path' in bubblewrap ? bubblewrap.path : '',
      // Descriptor 0 is the filter; a script is an argument.
      ['--seccomp', '0', '--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--', ...command],
      { env: {}, input: 'cell' in seccomp ? seccomp[filter] : '', encoding: 'utf8', timeout: 20_000 },
    )
  const node = (filter: 'cell' | 'process', script: string) => inBox(filter, [process.execPath, '-e', script])

  it('runs Node and its compiler under the filter of cells', () => {
    const done = node(
      'cell',
      "let n = 0; for (let i = 0; i < 1e6; i += 1) n += i % 7; require('crypto').randomBytes(8); setTimeout(() => console.log(n, require('fs').readFileSync('/proc/self/status', 'utf8').match(/Seccomp:\\s+(\\d)/)[1]), 5)",
    )
    expect(done.stdout).toBe('2999997 2\n')
  })

  it('gives a cell no socket and no process', () => {
    const script =
      "require('net').connect(1, '127.0.0.1').on('error', (e) => console.log(e.syscall, e.code)); const c = require('child_process').spawn('/bin/true'); c.on('error', (e) => console.log(e.syscall.slice(0, 5), e.code)); c.on('exit', (x) => console.log('ran', x))"
    const done = node('cell', script)
    expect(done.stdout).not.toContain('ran')
    expect(done.stdout + done.stderr).toMatch(/EPERM|ENOSYS/)
  })

  it('lets a stdio server start programs and talk to itself', () => {
    const script =
      "const s = require('net').createServer((c) => c.end('x')).listen(0, () => require('net').connect(s.address().port).on('data', (d) => { console.log(String(d), require('child_process').execFileSync('/bin/echo', ['ran'], { encoding: 'utf8' }).trim()); s.close() }))"
    expect(node('process', script).stdout).toBe('x ran\n')
  })

  it('keeps a stdio server out of new namespaces', () => {
    const done = inBox('process', ['/usr/bin/unshare', '--user', '/bin/true'])
    expect(done.status).not.toBe(0)
    expect(done.stderr).toContain('Operation not permitted')
  })
})
