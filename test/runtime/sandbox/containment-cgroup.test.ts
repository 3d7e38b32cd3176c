import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CgroupHome, findCgroupHome } from '../../../runtime/src/sandbox/containment/cgroup.ts'
import { probeMachine } from '../../../runtime/src/sandbox/containment/probe.ts'
import { startProcess } from '../../../runtime/src/sandbox/process/start-process.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nexus-cgroup-test-'))
})
afterEach(() => rm(root, { recursive: true }))

function expectHome(found: ReturnType<typeof findCgroupHome>): CgroupHome {
  return 'reason' in found ? expect.fail(found.reason) : found
}

/** A folder like the kernel's; a group that is removed leaves files here, which the kernel would not show. */
describe('control groups, version 2 [H3, H4]', () => {
  it('moves the host into a leaf, and makes groups beside it', async () => {
    await mkdir(join(root, 'service'))
    await writeFile(join(root, 'service', 'cgroup.controllers'), 'cpuset cpu io memory pids\n')
    const found = findCgroupHome(root, '0::/service\n')
    // A plain folder with files in it cannot be removed like a group, which the probe tries; what it wrote counts.
    expect(await readFile(join(root, 'service', 'nexus-host', 'cgroup.procs'), 'utf8')).toBe(String(process.pid))
    expect(await readFile(join(root, 'service', 'cgroup.subtree_control'), 'utf8')).toBe('+memory +pids +cpu')
    expect(found).toHaveProperty('reason')
    const made = readdirSync(join(root, 'service')).find((name) => name.startsWith(`nexus-${process.pid}-`)) ?? ''
    expect(await readFile(join(root, 'service', made, 'pids.max'), 'utf8')).toBe('64')
    expect(await readFile(join(root, 'service', made, 'cpu.weight'), 'utf8')).toBe('100')
  })
})

describe('no control groups [H3, H4]', () => {
  it.each([
    ['nothing is mounted', ''],
    ['only some controllers are', '3:cpu,cpuacct:/a\n'],
    ['the folders are not there', '3:cpu,cpuacct:/a\n4:memory:/a\n5:pids:/a\n'],
  ])('is said in a sentence when %s', (_what, own) => {
    expect(findCgroupHome(root, own)).toEqual({ reason: expect.stringMatching(/^Control groups .*\.$/) })
  })
})

const found = probeMachine().cgroup
describe.runIf('create' in found)('control groups of this machine [H3, H4]', () => {
  const node = (script: string, memoryMb: number) =>
    startProcess({
      command: process.execPath,
      args: ['-e', script],
      env: {},
      limits: { memoryMb, cpuMsPerMinute: 60_000 },
    })
  const groupOf = (pid: number, controller: string): string =>
    new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm').exec(
      readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
    )?.[1] ??
    /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ??
    ''

  it('hold a server and everything it starts, and are gone with it', async () => {
    const child = node(
      "require('child_process').spawn('/bin/sleep', ['60']); console.log(1); setInterval(() => 0, 1000)",
      512,
    )
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(child.containment.layers).toContain('cgroup')
    const group = groupOf(child.pid, 'memory')
    expect(group).toMatch(/\/nexus-\d+-\d+$/)
    expect(groupOf(child.pid, 'pids')).toMatch(/\/nexus-\d+-\d+$/)
    const folder = join('/sys/fs/cgroup', existsSync('/sys/fs/cgroup/memory') ? 'memory' : '', group)
    const members = readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim().split('\n')
    expect(members.length).toBeGreaterThanOrEqual(4)
    await child.kill()
    await expect.poll(() => existsSync(folder), { timeout: 5_000 }).toBe(false)
  })

  it('end what allocates faster than anybody looks, with the code of the limit', async () => {
    const child = node('const held = []; for (;;) held.push(Buffer.alloc(64e6, 1))', 192)
    await child.exited
    expect(child.breach()).toMatchObject({ code: 'SANDBOX_MEMORY', details: { limit: 'memoryMb', value: 192 } })
  })

  it('limit memory, and count kills', async () => {
    const group = expectHome(findCgroupHome()).create({ tasks: 8 })
    group.limitMemory(64 * 1_048_576)
    expect(group.memoryKills()).toBe(0)
    await group.remove()
  })
})
