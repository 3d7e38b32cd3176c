import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Arena, callTool, moduleOf, openArena } from '../../escape/arena.ts'
import { patient } from './guest-cases.ts'

const root = resolve(import.meta.dirname, '../../..')
const declarations = join(root, 'plugin-api', 'globals.d.ts')

let arena: Arena
let names: readonly string[]
beforeAll(async () => {
  arena = await openArena()
  await using sandbox = await arena.open(
    moduleOf(
      // `gc` is there without a value: V8 lets nobody delete it.
      "return JSON.stringify(Object.getOwnPropertyNames(globalThis).filter((name) => name !== 'gc'))",
    ),
    {
      installationId: 'names',
      limits: patient,
    },
  )
  names = JSON.parse(await callTool(sandbox))
})
afterAll(() => arena[Symbol.asyncDispose]())

/** Compiles a module that says `text` with the globals of plugins, and answers what the compiler says. */
async function compile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-globals-'))
  try {
    const file = join(folder, 'guest.ts')
    await writeFile(file, text)
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--target', 'es2025', '--lib', 'es2025', '--types', '']
    await promisify(execFile)(process.execPath, [tsc, ...options, file, declarations])
    return ''
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('types of a plugin’s globals [H3]', () => {
  it('declare only what a sandbox has', async () => {
    const text = await readFile(declarations, 'utf8')
    const declared = [...text.matchAll(/^declare (?:const|function|class) (\w+)/gm)].map(([, name = '']) => name)
    expect(declared.length).toBeGreaterThan(20)
    expect([...new Set(declared)].filter((name) => !names.includes(name))).toEqual([])
  })

  it('declare everything a sandbox has', async () => {
    expect(await compile(`export const all: unknown[] = [${names.join(', ')}]`)).toBe('')
  })

  it('know nothing of a browser or of Node', async () => {
    const output = await compile('export const all: unknown[] = [document, process, XMLHttpRequest, Buffer]')
    expect(output.match(/Cannot find name/g)).toHaveLength(4)
  })

  it('fit code as plugins write it', async () => {
    const code = `
      const request = new Request(new URL('/a', 'https://api.example.com'), { method: 'POST', body: new Blob(['x']) })
      const response = await fetch(request, { signal: AbortSignal.timeout(100), secretHeaders: { authorization: { secret: 's' } } })
      const digest: ArrayBuffer = await crypto.subtle.digest('SHA-256', await response.bytes())
      const timer: number = setInterval((text: string) => console.log(text, performance.now(), digest), 5, 'x')
      clearInterval(timer)
      class Own extends EventTarget { fire() { this.dispatchEvent(new Event('x')) } }
      new Own().addEventListener('x', (event) => event.type, { once: true })
      export const stop: { readonly aborted: boolean; readonly reason: unknown } = new AbortController().signal
      export const failed = new DOMException('m', 'AbortError').code + Temporal.Now.instant().epochMilliseconds`
    expect(await compile(code)).toBe('')
  })
})
