import ivm from 'isolated-vm'
import { ECHO_HANDLER } from './contender.ts'

/** One isolate with the handler in it: JSON text in, JSON text out. */
export interface IsolateEcho {
  echo(payload: string): Promise<string>
  dispose(): void
}

export async function openIsolateEcho(): Promise<IsolateEcho> {
  const isolate = new ivm.Isolate({ memoryLimit: 32 })
  const context = await isolate.createContext()
  await context.eval(
    `const handler = ${ECHO_HANDLER}; globalThis.enter = (payload) => { const out = []; handler(JSON.parse(payload)).then((value) => out.push(JSON.stringify(value))); return out }`,
    { timeout: 1000 },
  )
  const enter: ivm.Reference = await context.global.get('enter', { reference: true })
  return {
    async echo(payload) {
      const out: unknown = await enter.apply(undefined, [payload], { timeout: 1000, result: { copy: true } })
      return Array.isArray(out) ? String(out[0]) : ''
    },
    dispose: () => isolate.dispose(),
  }
}
