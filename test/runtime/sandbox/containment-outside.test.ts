// What a cell and a stdio server can touch, as the kernel shows it to somebody who looks from outside.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allowedCpus } from '../../../runtime/src/sandbox/containment/affinity.ts'
import { probeMachine } from '../../../runtime/src/sandbox/containment/probe.ts'
import { processTree } from '../../../runtime/src/sandbox/process/process-tree.ts'
import { type ContainedProcess, startProcess } from '../../../runtime/src/sandbox/process/start-process.ts'
import { type Arena, callTool, moduleOf, openArena } from '../../escape/arena.ts'

const read = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8')
const status = (pid: number, field: string): string =>
  new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(read(pid, 'status'))?.[1] ?? 'absent'
const namespace = (pid: number | 'self', name: string): string => readlinkSync(`/proc/${pid}/ns/${name}`)
const limit = (pid: number, name: string): string =>
  new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(read(pid, 'limits'))?.[1] ?? 'absent'
const descriptors = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`).map((fd) => {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`)
    return `${fd} ${target.replace(/:.*$/, '').replace(/^\/dev\/null$/, 'null')}`
  })
const interfaces = (pid: number): readonly string[] =>
  read(pid, 'net/dev')
    .split('\n')
    .flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? [])

const { bubblewrap, seccomp, prlimit, cgroup } = probeMachine()
const hasAll = 'path' in bubblewrap && 'cell' in seccomp && 'path' in prlimit

describe.runIf(hasAll)('a running cell, seen from outside [H3]', () => {
  let arena: Arena
  let pid = 0
  beforeAll(async () => {
    arena = await openArena()
    const sandbox = await arena.open(moduleOf("return 'x'"), { installationId: 'seen' })
    await callTool(sandbox)
    pid = processTree(arena.host.cells()[0] ?? 0).at(-1) ?? 0
  })
  afterAll(() => arena[Symbol.asyncDispose]())

  it('has a filter of system calls, no new privileges and no capabilities', () => {
    expect(status(pid, 'Seccomp')).toBe('2')
    expect(status(pid, 'NoNewPrivs')).toBe('1')
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status(pid, set)).toMatch(/^0+$/)
  })

  it.each(['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'])('has a %s namespace of its own', (name) => {
    expect(namespace(pid, name)).not.toBe(namespace('self', name))
  })

  it('has a loopback and no other network', () => {
    expect(interfaces(pid)).toEqual(['lo'])
    expect(read(pid, 'net/tcp').trim().split('\n')).toHaveLength(1)
    expect(read(pid, 'net/route').trim().split('\n')).toHaveLength(1)
  })

  it('has no environment and no argument that names the machine', () => {
    expect(['', 'PWD=/\0']).toContain(read(pid, 'environ'))
    expect(read(pid, 'cmdline')).not.toContain(process.cwd())
  })

  it('holds its channel, a last word and what Node makes for itself, and nothing else', () => {
    const held = descriptors(pid)
    expect(held.filter((descriptor) => descriptor.endsWith(' socket'))).toEqual(['2 socket', '3 socket'])
    expect(held.filter((descriptor) => !/ (socket|null|pipe|anon_inode)$/.test(descriptor))).toEqual([])
    // Pipes inside the process have both ends here; an end alone would lead somewhere.
    const pipes = readdirSync(`/proc/${pid}/fd`)
      .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
      .filter((target) => target.startsWith('pipe:'))
    for (const pipe of new Set(pipes)) expect(pipes.filter((other) => other === pipe)).toHaveLength(2)
  })

  it('sees nothing of the operator’s files, and cannot change those it sees', () => {
    const root = readdirSync(`/proc/${pid}/root`).toSorted()
    expect(root.filter((name) => !['cell', 'dev', 'etc', 'lib', 'lib64', 'proc', 'tmp', 'usr'].includes(name))).toEqual(
      [],
    )
    expect(readdirSync(`/proc/${pid}/root/etc`)).toEqual(['ld.so.cache'])
    expect(readdirSync(`/proc/${pid}/root/cell`).toSorted()).toEqual([
      'isolated-vm.node',
      'main.mjs',
      'node',
      'prlimit',
    ])
    const writable = read(pid, 'mounts')
      .split('\n')
      .filter((line) => line !== '' && !/ ro[, ]/.test(line))
      .map((line) => line.split(' ')[1])
    expect(writable.filter((path) => !/^\/(proc|dev|tmp)/.test(path ?? ''))).toEqual([])
  })

  it('has limits, one processor, and dies first when memory runs out', async () => {
    expect(limit(pid, 'Max core file size')).toBe('0')
    expect(limit(pid, 'Max file size')).toBe('0')
    expect(Number(limit(pid, 'Max open files'))).toBeLessThanOrEqual(256)
    expect(Number(limit(pid, 'Max processes'))).toBeLessThanOrEqual(512)
    if (allowedCpus().length > 1) expect(status(pid, 'Cpus_allowed_list')).toMatch(/^\d+$/)
    await expect.poll(() => read(pid, 'oom_score_adj').trim()).toBe('1000')
  })

  it.runIf('create' in cgroup)('is in a control group of its own, with a limit on memory', () => {
    expect(arena.host.containment.layers).toContain('cgroup')
    expect(readFileSync(`/proc/${arena.host.cells()[0]}/cgroup`, 'utf8')).toMatch(/\/nexus-\d+-\d+$/m)
  })
})

describe.runIf(hasAll)('a running stdio server, seen from outside [H4]', () => {
  let child: ContainedProcess
  let pid = 0
  beforeAll(async () => {
    child = startProcess({
      command: process.execPath,
      args: ['-e', 'setInterval(() => 0, 1000); console.log(1)'],
      env: { GIVEN: 'yes' },
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    pid = processTree(child.pid).at(-1) ?? 0
  })
  afterAll(() => child.kill())

  it('has a filter of system calls, no new privileges and no capabilities', () => {
    expect(status(pid, 'Seccomp')).toBe('2')
    expect(status(pid, 'NoNewPrivs')).toBe('1')
    expect(status(pid, 'CapEff')).toMatch(/^0+$/)
  })

  it.each(['user', 'mnt', 'pid', 'net', 'ipc', 'uts'])('has a %s namespace of its own', (name) => {
    expect(namespace(pid, name)).not.toBe(namespace('self', name))
  })

  it('has a loopback and no other network', () => {
    expect(interfaces(pid)).toEqual(['lo'])
  })

  it('has the environment it was given, which nobody else holds', () => {
    const names = read(pid, 'environ')
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => entry.replace(/=.*$/s, ''))
    expect(names.toSorted()).toEqual(['GIVEN', 'HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR'])
    for (const outer of processTree(child.pid).filter((other) => other !== pid))
      expect(read(outer, 'environ')).not.toContain('GIVEN')
  })

  it('holds its three streams and no socket more', () => {
    expect(descriptors(pid).filter((descriptor) => descriptor.endsWith(' socket'))).toEqual([
      '0 socket',
      '1 socket',
      '2 socket',
    ])
  })

  it('sees the system’s programs and nothing of the operator’s files', () => {
    const root = readdirSync(`/proc/${pid}/root`)
    for (const name of ['root', 'home', 'var', 'srv', 'mnt', 'boot', 'sys', 'run']) expect(root).not.toContain(name)
    expect(readdirSync(`/proc/${pid}/root/etc`)).not.toContain('passwd')
  })
})
