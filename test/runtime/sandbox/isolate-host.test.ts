import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HEARTBEAT_KILL_MS, HEARTBEAT_MS } from '../../../runtime/src/sandbox/isolate/limits.ts'
import { probeMachine } from '../../../runtime/src/sandbox/containment/probe.ts'
import { type Arena, bystanderCode, callTool, moduleOf, openArena } from '../../escape/arena.ts'

let arena: Arena
beforeAll(async () => {
  arena = await openArena()
})
afterAll(() => arena[Symbol.asyncDispose]())

let count = 0
const open = (body: string, limits = {}) =>
  arena.open(moduleOf(body), { installationId: `host-${(count += 1)}`, limits: { cpuMsPerCall: 1_000, ...limits } })

// What both tiers do alike is in `tiers.test.ts`.
describe('isolate host [H3]', () => {
  it('costs the tenants of a killed cell a coded error and nobody else anything', async () => {
    const [one, two] = await Promise.all([
      arena.open(moduleOf('await new Promise(() => {})'), { installationId: 'tenant-1' }),
      arena.open(bystanderCode, { installationId: 'tenant-2' }),
    ])
    const answer = expect(callTool(one)).rejects.toMatchObject({ code: 'SANDBOX_CRASHED' })
    await new Promise((resume) => setTimeout(resume, 100))
    const killed = arena.host.cells()
    for (const pid of killed) process.kill(-pid, 'SIGKILL')
    await answer
    expect([(await one.exited).code, (await two.exited).code]).toEqual(['SANDBOX_CRASHED', 'SANDBOX_CRASHED'])
    // A third cell, left from a test before, may still be on its way out.
    await expect.poll(() => arena.host.cells().filter((pid) => killed.includes(pid))).toEqual([])
    await using again = await arena.open(bystanderCode, { installationId: 'tenant-2' })
    expect(await callTool(again)).toBe('here')
  })

  it('blames no cell for the time in which the host itself stood still', async () => {
    await using sandbox = await open("return 'still here'")
    expect(await callTool(sandbox)).toBe('still here')
    const standsStill = new Int32Array(new SharedArrayBuffer(4))
    Atomics.wait(standsStill, 0, 0, 2 * HEARTBEAT_KILL_MS)
    // Whoever would be blamed is blamed at the next beat.
    await new Promise((resume) => setTimeout(resume, 3 * HEARTBEAT_MS))
    expect(await callTool(sandbox)).toBe('still here')
  })

  it('starts the second time from code compiled by a cell that runs nothing', async () => {
    const folder = join(arena.cacheDir, 'code')
    const code = moduleOf(`return 'cached ${'x'.repeat(2_000)}'.slice(0, 6)`)
    await using first = await arena.open(code, { installationId: 'cache-1' })
    expect(await callTool(first)).toBe('cached')
    const before = readdirSync(folder).length
    await expect
      .poll(() => readdirSync(folder).filter((name) => name.endsWith('.bin')).length, { timeout: 10_000 })
      .toBeGreaterThan(0)
    expect(before).toBeGreaterThanOrEqual(0)
    await using second = await arena.open(code, { installationId: 'cache-2' })
    expect(await callTool(second)).toBe('cached')
  })
})

describe('guest globals [H3]', () => {
  const globals: readonly (readonly [string, string, string])[] = [
    [
      'URL',
      "const u = new URL('../b?x=1&y=ä#h', 'https://User:pw@EXAMPLE.com:443/a/c'); u.searchParams.append('z', 'a b&c'); u.pathname = '/p q'; return [u.href, u.origin, u.port, u.searchParams.get('y'), URL.canParse('nope'), u.toJSON() === String(u)].join(' ')",
      'https://User:pw@example.com/p%20q?x=1&y=%C3%A4&z=a+b%26c#h https://example.com  ä false true',
    ],
    [
      'URLSearchParams',
      "const p = new URLSearchParams('?a=1&b=%zz&a=%F0%9F%98%80+x'); p.set('c', '*-._~'); p.delete('b'); return [p.toString(), p.getAll('a').join('|'), p.has('a', '1'), p.size, [...new URLSearchParams({ k: 'v' })].join()].join(' ')",
      'a=1&a=%F0%9F%98%80+x&c=*-._%7E 1|😀 x true 3 k,v',
    ],
    [
      'TextEncoder and TextDecoder',
      "const b = new TextEncoder().encode('aé€😀\\ud800'); const d = new TextDecoder(); return [b.length, new TextDecoder().decode(b), d.decode(b.slice(0, 7), { stream: true }) + d.decode(b.slice(7)), new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xf0, 0x9f, 0x41, 0xc0, 0x80]))].join(' ')",
      '13 aé€😀\ufffd aé€😀\ufffd a\ufffdA\ufffd\ufffd',
    ],
    [
      'atob and btoa',
      "let bad; try { atob('a') } catch (error) { bad = error.name } return [btoa('\\xff\\x00a'), atob(' Zm9v YmE= '), bad].join(' ')",
      '/wBh fooba InvalidCharacterError',
    ],
    [
      'structuredClone',
      "const o = { d: new Date(5), m: new Map([[1, { a: [1, 2] }]]), s: new Set([1]), u: new Uint8Array([1, 2]), e: new RangeError('r') }; o.self = o; const c = structuredClone(o); let bad; try { structuredClone(() => 0) } catch (error) { bad = error.name } return [c !== o, c.self === c, c.d.getTime(), c.m.get(1).a.length, c.s.has(1), c.u[1], c.e instanceof RangeError, bad].join(' ')",
      'true true 5 2 true 2 true DataCloneError',
    ],
    [
      'AbortController',
      "const a = new AbortController(); const seen = []; a.signal.addEventListener('abort', () => seen.push('heard')); const any = AbortSignal.any([a.signal]); a.abort(); a.abort(); let bad; try { new AbortSignal() } catch (error) { bad = error.constructor.name } return [seen.join(), a.signal.reason.name, any.aborted, AbortSignal.abort().aborted, bad].join(' ')",
      'heard AbortError true true TypeError',
    ],
    [
      'timers and microtasks',
      "const out = []; await new Promise((done) => { setTimeout(() => { out.push('timer'); done() }, 5); clearTimeout(setTimeout(() => out.push('never'), 1)); queueMicrotask(() => out.push('micro')); out.push('now') }); return out.join()",
      'now,micro,timer',
    ],
    [
      'crypto',
      'const a = crypto.getRandomValues(new Uint8Array(16)); return [/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), a.some((byte) => byte > 0), crypto.randomUUID() !== crypto.randomUUID()].join()',
      'true,true,true',
    ],
    [
      'sleep with a signal',
      "const a = new AbortController(); setTimeout(() => a.abort(), 5); try { await context.clock.sleep(60000, a.signal); return 'slept' } catch (error) { return error.code }",
      'CALL_CANCELLED',
    ],
    [
      'ordinary code of libraries',
      "class MyError extends Error { constructor() { super('m'); this.name = 'Mine' } } const o = {}; o.toString = () => 'own'; o.constructor = 1; return [new MyError().name, String(o), (() => 0) instanceof Function, [3, 1, 2].sort().join(''), Function.prototype.call.call(function () { return this.x }, { x: 1 })].join()",
      'Mine,own,true,123,1',
    ],
  ]
  it.each(globals)('%s behaves as the standard says', async (_name, body, expected) => {
    await using sandbox = await open(body)
    expect(await callTool(sandbox)).toBe(expected)
  })

  it('rounds every clock down to the resolution of the profile', async () => {
    await using sandbox = await open(
      "await context.clock.sleep(7); const f = new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3 }); return [context.clock.now(), Date.now(), new Date().getTime(), Number(f.format())].map((ms) => ms % 100).join() + typeof Temporal.Now + typeof performance",
      { clockResolutionMs: 100 },
    )
    expect(await callTool(sandbox)).toBe('0,0,0,0objectobject')
  })
})

describe('cell [H3]', () => {
  it.skipIf(!('path' in probeMachine().bubblewrap))(
    'has no network, no files, no environment and no descriptor but its channel and a last word',
    async () => {
      await using sandbox = await open("return 'x'")
      await callTool(sandbox)
      const [box = 0] = arena.host.cells()
      const inner = descendants(box).at(-1) ?? 0
      expect(['', 'PWD=/\0']).toContain(readFileSync(`/proc/${inner}/environ`, 'utf8'))
      expect(
        readFileSync(`/proc/${inner}/net/dev`, 'utf8')
          .split('\n')
          .filter((line) => /:/.test(line))
          .map((line) => line.split(':')[0]?.trim()),
      ).toEqual(['lo'])
      expect(readFileSync(`/proc/${inner}/status`, 'utf8')).toMatch(/CapEff:\s+0+\n/)
      expect(readdirSync(`/proc/${inner}/root`).toSorted()).toEqual(
        expect.not.arrayContaining(['home', 'root', 'work', 'var']),
      )
      expect(
        readdirSync(`/proc/${inner}/fd`).filter((fd) => /socket:/.test(readLink(`/proc/${inner}/fd/${fd}`))),
      ).toEqual(['2', '3'])
      expect(arena.host.containment.level).toBe('contained')
    },
  )

  it('works with Node’s permissions alone, and says what is missing', async () => {
    await using weaker = await openArena({ strength: 'permission' })
    await using sandbox = await weaker.open(bystanderCode, { installationId: 'weak' })
    expect(await callTool(sandbox)).toBe('here')
    expect(weaker.host.containment.layers).toContain('node-permission')
    expect(weaker.host.containment.missing.length).toBeGreaterThan(0)
  })

  it.each(['strongest', 'permission'])('dies with its host, kill -9 included (%s)', async (strength) => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-orphan-'))
    const script = join(folder, 'host.ts')
    const arenaPath = resolve(import.meta.dirname, '../../escape/arena.ts')
    await writeFile(
      script,
      `import { openArena, moduleOf, callTool } from ${JSON.stringify(arenaPath)}
       const arena = await openArena({ strength: ${JSON.stringify(strength)} })
       const sandbox = await arena.open(moduleOf('for (;;);'), { installationId: 'x', limits: { cpuMsPerCall: 60000, wallMsPerCall: 60000 } })
       callTool(sandbox).catch(() => 0)
       setTimeout(() => console.log(arena.host.cells()[0] + ' ' + arena.cacheDir), 200)`,
    )
    const host = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const line = await new Promise<string>((resume) =>
      host.stdout.once('data', (chunk: Buffer) => resume(chunk.toString())),
    )
    const [pid = '', cacheDir = ''] = line.trim().split(' ')
    const family = [Number(pid), ...descendants(Number(pid))]
    expect(family.every(isRunning)).toBe(true)
    host.kill('SIGKILL')
    await expect.poll(() => family.filter(isRunning), { timeout: 5_000 }).toEqual([])
    await rm(folder, { recursive: true })
    await rm(resolve(cacheDir, '..'), { recursive: true })
  })
})

function readLink(path: string): string {
  return execFileSync('readlink', [path], { encoding: 'utf8' }).trim()
}

function descendants(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((text) => text !== '')
    .map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    // No such process.
    return false
  }
}
