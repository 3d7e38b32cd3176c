import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callTool, moduleOf } from '../../escape/arena.ts'
import { type TierHost, type TierPlugin, openTierHost } from './tier-host.ts'

let host: TierHost
beforeAll(async () => {
  host = await openTierHost('worker')
})
afterAll(() => host[Symbol.asyncDispose]())

const open = (body: string, plugin: TierPlugin = {}) =>
  host.open(moduleOf(body), { ...plugin, limits: { cpuMsPerCall: 2_000, ...plugin.limits } })

describe('trust in the worker tier [H4]', () => {
  it('refuses code of a publisher that the operator did not mark, before a process starts', async () => {
    const asked: string[] = []
    await using strict = await openTierHost('worker', { isTrusted: (publisher) => (asked.push(publisher), false) })
    await expect(strict.open(moduleOf(''))).rejects.toMatchObject({
      code: 'SANDBOX_TRUST_REQUIRED',
      message: expect.stringMatching(/not a security boundary.*nexus publisher trust acme --workers/),
      details: { publisher: 'acme', pluginId: 'acme/attack' },
    })
    expect(asked).toEqual(['acme'])
    expect(strict.cells()).toEqual([])
  })

  it('asks again at every start, so that trust taken back counts', async () => {
    let trusted = true
    await using changing = await openTierHost('worker', { isTrusted: () => trusted })
    const sandbox = await changing.open(moduleOf("return 'x'"))
    await sandbox[Symbol.asyncDispose]()
    trusted = false
    await expect(changing.open(moduleOf(''))).rejects.toMatchObject({ code: 'SANDBOX_TRUST_REQUIRED' })
  })
})

describe('what a worker thread holds [H4]', () => {
  const ambient = [
    'typeof process',
    'typeof require',
    'typeof module',
    'typeof exports',
    'typeof __dirname',
    'typeof Buffer',
    'typeof global',
    'typeof globalThis.process',
    'typeof globalThis.constructor.constructor?.process',
    'typeof setImmediate',
    'typeof Worker',
    'typeof MessageChannel',
    'typeof MessagePort',
    'typeof BroadcastChannel',
    'typeof navigator',
    'typeof WebSocket',
    'typeof EventSource',
    'typeof localStorage',
    'typeof sessionStorage',
    'typeof gc',
    'typeof Error.captureStackTrace({}).process',
  ]
  it('has nothing of Node on its globals', async () => {
    const probe = ambient
      .slice(0, -1)
      .map((text) => `(() => { try { return ${text} } catch (e) { return 'undefined' } })()`)
    await using sandbox = await open(`return [${probe.join(', ')}].join()`)
    expect(new Set((await callTool(sandbox)).split(','))).toEqual(new Set(['undefined']))
  })

  it.each([
    ["await import('node:fs')", 'one bundled module'],
    ["await import('fs')", 'one bundled module'],
    ["await import('node:worker_threads')", 'one bundled module'],
    ["await import('data:text/javascript,export default 1')", 'one bundled module'],
    ["await import('file:///etc/passwd')", 'one bundled module'],
    ["await import('nexus:acme/attack.js')", 'one bundled module'],
    ["import.meta.resolve('node:fs')", 'one bundled module'],
    ["Function('return this')()", 'Code from strings'],
    ["(async () => {}).constructor('return 1')()", 'Code from strings'],
    ["URL.constructor('return process')()", 'Code from strings'],
    ["ReadableStream.constructor('return process')()", 'Code from strings'],
    ["(0, eval)('1')", 'Code from strings'],
    ['process.exit(1)', 'process is not defined'],
    ["process.binding('fs')", 'process is not defined'],
    ["process.getBuiltinModule('fs')", 'process is not defined'],
    ["require('child_process')", 'require is not defined'],
  ])('gives nothing for %s', async (attempt, words) => {
    await using sandbox = await open(
      `try { const got = ${attempt}; return 'got ' + typeof got } catch (error) { return String(error.message ?? error) }`,
    )
    expect(await callTool(sandbox)).toContain(words)
  })

  it('shows no Node object in a stack trace', async () => {
    await using sandbox = await open(
      'const found = []; try { Error.prepareStackTrace = (_e, sites) => { for (const site of sites) { const own = [site.getThis?.(), site.getFunction?.()]; found.push(...own.map((x) => typeof x)) } return 1 }; void new Error().stack } catch { found.push("refused") } return found.filter((x) => x === "object" || x === "function").length + ""',
    )
    expect(await callTool(sandbox)).toBe('0')
  })

  it('has the real Web APIs', async () => {
    await using sandbox = await open(
      `const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc'))
       const squeezed = new Blob(['x'.repeat(100)]).stream?.() ?? new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('x'.repeat(100))); c.close() } })
       const parts = []
       for await (const part of squeezed.pipeThrough(new CompressionStream('gzip')).pipeThrough(new DecompressionStream('gzip')).pipeThrough(new TextDecoderStream())) parts.push(part)
       const wasm = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11]))
       return [new Uint8Array(digest)[0], parts.join('').length, new WebAssembly.Instance(wasm).exports.f(), new TextDecoder('utf-16le').decode(new Uint8Array([104, 0])), new URL('https://ä.example/').hostname].join()`,
      { webAssembly: true },
    )
    expect(await callTool(sandbox)).toBe('186,100,42,h,xn--4ca.example')
  })

  it('reaches capabilities after a native promise', async () => {
    await using sandbox = await open(
      "await crypto.subtle.digest('SHA-256', new Uint8Array(9)); await context.storage.set('native', 1); await crypto.subtle.digest('SHA-256', new Uint8Array(9)); return String(await context.storage.get('native'))",
    )
    expect(await callTool(sandbox)).toBe('1')
  })
})

describe('threads of an installation [H4]', () => {
  const blocking = 'const end = Date.now() + 300; while (Date.now() < end); return String(context.instanceOf)'

  it('run side by side, as many as the profile says', async () => {
    await using sandbox = await open(blocking, { instances: 2 })
    const [pid = 0] = host.cells().slice(-1)
    const began = performance.now()
    await Promise.all([callTool(sandbox), callTool(sandbox)])
    // One after the other would be 600 ms of waiting at least, and each thread is one of the process.
    expect(threadsOf(pid)).toBeGreaterThan(2)
    expect(performance.now() - began).toBeLessThan(30_000)
  })

  it('are one for an adapter, whose tools and upstreams live from what `activate` did', async () => {
    const code = "export default { activate() { console.log('activated') } }"
    await using sandbox = await host.open(code, {
      instances: 4,
      manifest: { kind: 'mcp-adapter', contributes: { toolsDynamic: true } },
    })
    expect(sandbox.tier).toBe('worker')
    await expect.poll(() => host.logs.filter((line) => line === 'activated').length, { timeout: 10_000 }).toBe(1)
  })
})

describe('the host survives [H3] [H4]', () => {
  it.each([
    ['a Map that never stops growing', 'const map = new Map(); for (let i = 0; ; i++) map.set(i, { i })'],
    ['buffers that no heap limit counts', 'const kept = []; for (;;) kept.push(new Uint8Array(16e6).fill(1))'],
    ['an array of a billion', 'const kept = []; for (;;) kept.push(new Array(3e7).fill(1.5))'],
    ['a built-in that cannot be interrupted', '[].indexOf.call({ length: 2 ** 53 - 1 }, 1)'],
    ['a string bomb', "let s = 'x'; for (;;) s = (s + s).replaceAll('x', 'xx')"],
  ] as const)('%s', async (what, body) => {
    await using bystander = await open("return 'here'")
    const attack = await open(body, { limits: { cpuMsPerCall: 5_000, wallMsPerCall: 20_000 } })
    // Nothing counts buffers but the process itself, which the host reads every 100 ms.
    const codes = what.startsWith('buffers')
      ? /^SANDBOX_MEMORY$/
      : /^SANDBOX_(MEMORY|CRASHED|CPU|TIMEOUT)$|^PLUGIN_ERROR$/
    const fate = expect(callTool(attack)).rejects.toMatchObject({ code: expect.stringMatching(codes) })
    expect(await callTool(bystander)).toBe('here')
    await fate
    expect(await callTool(bystander)).toBe('here')
    await attack[Symbol.asyncDispose]()
    await expect(attack.exited).resolves.toMatchObject({ code: expect.any(String) })
  })

  it('rejections and errors that nobody handles, which only go to the log', async () => {
    host.logs.length = 0
    await using sandbox = await open(
      "void Promise.reject(new Error('unheard')); setTimeout(() => { throw new Error('thrown late') }, 1); await new Promise((done) => setTimeout(done, 20)); return 'fine'",
    )
    expect(await callTool(sandbox)).toBe('fine')
    await expect
      .poll(() => host.logs.join(), { timeout: 10_000 })
      .toMatch(/unheard[^]*thrown late|thrown late[^]*unheard/)
    expect(await callTool(sandbox)).toBe('fine')
  })

  it('the death of a cell, which costs its calls a code and nobody else anything', async () => {
    await using bystander = await open("return 'here'")
    await using sandbox = await open("if (args.wait) await new Promise(() => {}); return 'again'")
    const killed = host.cells().at(-1) ?? 0
    const answer = expect(callTool(sandbox, '{"wait":true}')).rejects.toMatchObject({ code: 'SANDBOX_CRASHED' })
    process.kill(-killed, 'SIGKILL')
    await answer
    expect(await callTool(sandbox)).toBe('again')
    expect(await callTool(bystander)).toBe('here')
  })
})

describe('after a worker sandbox is disposed [H4]', () => {
  it('no process, thread or handle is left, whatever its threads were doing', async () => {
    const before = process.getActiveResourcesInfo().length
    const busy = await open('for (;;);', { limits: { cpuMsPerCall: 60_000, wallMsPerCall: 60_000 }, instances: 2 })
    const idle = await open("return 'x'")
    const pids = host.cells().slice(-2)
    const answer = expect(callTool(busy)).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' })
    await Promise.all([busy[Symbol.asyncDispose](), idle[Symbol.asyncDispose]()])
    await answer
    expect(pids.filter(isRunning)).toEqual([])
    expect(host.cells().filter((pid) => pids.includes(pid))).toEqual([])
    await expect.poll(() => process.getActiveResourcesInfo().length, { timeout: 5_000 }).toBeLessThanOrEqual(before)
  })

  it('works with Node’s permissions alone, and says what is missing', async () => {
    await using weaker = await openTierHost('worker', { strength: 'permission' })
    await using sandbox = await weaker.open(moduleOf("return 'here'"))
    expect(await callTool(sandbox)).toBe('here')
  })

  it.each(['strongest', 'permission'])('a killed host leaves no cell behind (%s)', async (strength) => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-worker-orphan-'))
    const script = join(folder, 'host.ts')
    const from = (path: string): string => JSON.stringify(resolve(import.meta.dirname, path))
    await writeFile(
      script,
      `import { openTierHost } from ${from('./tier-host.ts')}
       import { callTool, moduleOf } from ${from('../../escape/arena.ts')}
       const host = await openTierHost('worker', { strength: ${JSON.stringify(strength)} })
       const sandbox = await host.open(moduleOf('for (;;);'), { limits: { cpuMsPerCall: 60000, wallMsPerCall: 60000 } })
       callTool(sandbox).catch(() => 0)
       setTimeout(() => console.log(host.cells()[0] + ' ' + host.cacheDir), 200)`,
    )
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const line = await new Promise<string>((done) =>
      child.stdout.once('data', (chunk: Buffer) => done(chunk.toString())),
    )
    const [pid = '', cacheDir = ''] = line.trim().split(' ')
    expect(isRunning(Number(pid))).toBe(true)
    child.kill('SIGKILL')
    await expect.poll(() => isRunning(Number(pid)), { timeout: 10_000 }).toBe(false)
    await rm(folder, { recursive: true })
    await rm(resolve(cacheDir, '..'), { recursive: true })
  })
})

/** Threads of a process and of everything below it. */
function threadsOf(pid: number): number {
  const own = Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  const children = execFileSync('cat', [`/proc/${pid}/task/${pid}/children`], { encoding: 'utf8' }).trim()
  const below = children === '' ? [] : children.split(' ').map(Number)
  return own + below.reduce((sum, child) => sum + threadsOf(child), 0)
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    // No such process.
    return false
  }
}
