import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probeMachine } from '../../../runtime/src/sandbox/containment/probe.ts'
import { type ProcessSpec, startProcess } from '../../../runtime/src/sandbox/process/start-process.ts'

const levels: readonly NonNullable<ProcessSpec['containment']>[] =
  'path' in probeMachine().bubblewrap ? ['strongest', 'lifeline'] : ['lifeline']
const starter = resolve(import.meta.dirname, '../../../runtime/src/sandbox/process/start-process.ts')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-process-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

const node = (script: string, rest: Partial<ProcessSpec> = {}): ProcessSpec => ({
  command: process.execPath,
  args: ['-e', script],
  env: {},
  ...rest,
})

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has reaped yet is dead for this purpose.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function waitUntil(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !done(); tries += 1) await new Promise((resume) => setTimeout(resume, 25))
}

describe.each(levels)('contained process at %s [H4]', (containment) => {
  it('gives exactly the named environment and a private, writable home', async () => {
    const script =
      "require('fs').writeFileSync(process.env.HOME + '/x', 'y'); console.log(JSON.stringify({ env: process.env, cwd: process.cwd() }))"
    const child = startProcess(node(script, { env: { API_URL: 'https://example.com' }, containment }))
    const seen: { env: Record<string, string>; cwd: string } = JSON.parse(await text(child.stdout))
    expect(await child.exited).toEqual({ code: 0, signal: null })
    expect(
      Object.keys(seen.env)
        .filter((name) => name !== 'PWD')
        .toSorted(),
    ).toEqual(['API_URL', 'HOME', 'LANG', 'PATH', 'TMPDIR'])
    expect(seen.cwd).toBe(seen.env.HOME)
    expect(seen.env.HOME).not.toBe(process.env.HOME)
  })

  it('keeps secrets of the environment out of every argument list', async () => {
    const child = startProcess(
      node('setTimeout(() => {}, 5000)', {
        env: { TOKEN: 'argument-secret' },
        containment,
      }),
    )
    await new Promise((resume) => setTimeout(resume, 200))
    expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain('argument-secret')
    await child.kill()
  })

  it('passes stdin and stdout through and reports how the process ended', async () => {
    const child = startProcess(
      node(
        "process.stdin.pipe(process.stdout); process.stdin.on('end', () => { console.error('bye'); process.exitCode = 3 })",
        { containment },
      ),
    )
    child.stdin.end('hello')
    expect(await Promise.all([text(child.stdout), text(child.stderr), child.exited])).toEqual([
      'hello',
      'bye\n',
      { code: 3, signal: null },
    ])
  })

  it('kills what the process started, too', async () => {
    const child = startProcess({ command: 'sh', args: ['-c', 'sleep 977 & sleep 977 & wait'], env: {}, containment })
    await new Promise((resume) => setTimeout(resume, 150))
    await child.kill()
    expect(isAlive(child.pid)).toBe(false)
    await waitUntil(() => sleepers('977') === 0)
    expect(sleepers('977')).toBe(0)
  })

  it('leaves no orphan when the host is killed with SIGKILL', async () => {
    const marker = containment === 'strongest' ? '978' : '979'
    const script = join(folder, `host-${containment}.ts`)
    await writeFile(
      script,
      `import { startProcess } from ${JSON.stringify(starter)}
       const child = startProcess({ command: 'sh', args: ['-c', 'sleep ${marker} & sleep ${marker}'], env: {}, containment: ${JSON.stringify(containment)} })
       process.stdout.write(String(child.pid) + '\\n'); setInterval(() => {}, 1000)`,
    )
    const host = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resume) => host.stdout.once('data', resume))
    await waitUntil(() => sleepers(marker) === 2)
    expect(sleepers(marker)).toBe(2)
    host.kill('SIGKILL')
    await waitUntil(() => sleepers(marker) === 0)
    expect(sleepers(marker)).toBe(0)
  })

  it('leaves no orphan behind a proxy either', async () => {
    const marker = containment === 'strongest' ? '980' : '981'
    const script = join(folder, `proxied-${containment}.ts`)
    await writeFile(
      script,
      `import { startProcess } from ${JSON.stringify(starter)}
       startProcess({ command: 'sh', args: ['-c', 'sleep ${marker} & sleep ${marker}'], env: {}, network: 'proxy', serveDoor: () => 0, containment: ${JSON.stringify(containment)} })
       process.stdout.write('started'); setInterval(() => {}, 1000)`,
    )
    const host = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resume) => host.stdout.once('data', resume))
    await waitUntil(() => sleepers(marker) === 2)
    expect(sleepers(marker)).toBe(2)
    host.kill('SIGKILL')
    await waitUntil(() => sleepers(marker) === 0)
    expect(sleepers(marker)).toBe(0)
  })

  it('removes its private home afterwards', async () => {
    const child = startProcess(node('console.log(process.env.HOME)', { containment }))
    const home = (await text(child.stdout)).trim()
    await child.exited
    expect(existsSync(home)).toBe(false)
  })
})

describe('contained process [H4]', () => {
  it.skipIf(!levels.includes('strongest'))(
    'sees only what it was given, and can change only what it was given to change',
    async () => {
      await writeFile(join(folder, 'given.txt'), 'given')
      const hidden = resolve(import.meta.dirname, 'process.test.ts')
      const script = `const fs = require('fs'); const out = {}
      for (const [name, work] of Object.entries({
        hidden: () => fs.readFileSync(${JSON.stringify(hidden)}),
        root: () => fs.readdirSync('/root').length, shadow: () => fs.readFileSync('/etc/shadow').length,
        given: () => fs.readFileSync(${JSON.stringify(join(folder, 'given.txt'))}, 'utf8'),
        write: () => fs.writeFileSync(${JSON.stringify(join(folder, 'written.txt'))}, 'w'),
        system: () => fs.writeFileSync('/usr/x', ''), processes: () => fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length < 6,
      })) { try { out[name] = work() ?? 'done' } catch (error) { out[name] = error.code } }
      console.log(JSON.stringify(out))`
      const child = startProcess(node(script, { writable: [folder] }))
      expect(JSON.parse(await text(child.stdout))).toEqual({
        hidden: 'ENOENT',
        root: 'ENOENT',
        shadow: 'ENOENT',
        given: 'given',
        write: 'done',
        system: 'EROFS',
        processes: true,
      })
      expect(await readFile(join(folder, 'written.txt'), 'utf8')).toBe('w')
      expect(child.containment.level).toBe('contained')
    },
  )

  it.skipIf(!levels.includes('strongest'))('has no network unless it is given one', async () => {
    const script =
      "require('net').connect(1, '127.0.0.1').on('error', (error) => console.log(error.code)); console.log(Object.keys(require('os').networkInterfaces()).length)"
    const child = startProcess(node(script))
    expect(await text(child.stdout)).toMatch(/^[01]\n/)
    expect(child.containment.layers).toContain('network-namespace')
  })

  it('says which layers are missing when it is weaker', () => {
    const child = startProcess(node('', { containment: 'lifeline' }))
    expect(['limits', 'none']).toContain(child.containment.level)
    expect(child.containment.missing.length).toBeGreaterThan(0)
  })

  it.each(['no-such-command-here', './relative', '/etc/passwd', ''])(
    'refuses the command `%s` with a coded error',
    (command) => {
      expect(() => startProcess({ command, args: [], env: {} })).toThrow(
        expect.objectContaining({ code: 'PROCESS_START_FAILED' }),
      )
    },
  )

  it('refuses environment variables that are none', () => {
    expect(() => startProcess(node('', { env: { 'A=B': 'x' } }))).toThrow(
      expect.objectContaining({ code: 'PROCESS_START_FAILED' }),
    )
    expect(() => startProcess(node('', { env: { A: 'x\0y' } }))).toThrow(
      expect.objectContaining({ code: 'PROCESS_START_FAILED' }),
    )
  })
})

/** Sleeping processes with this argument. */
function sleepers(argument: string): number {
  const processes = execFileSync('ps', ['-eo', 'stat,args'], { encoding: 'utf8' })
  return processes.split('\n').filter((line) => /^[^Z]\S*\s+sleep /.test(line) && line.endsWith(` ${argument}`)).length
}
