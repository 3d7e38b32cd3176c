import { Worker } from 'node:worker_threads'
import { getQuickJS } from 'quickjs-emscripten'
import { type Contender, ECHO_HANDLER, echoHere, textOf } from './contender.ts'
import { openIsolateEcho } from './isolate-echo.ts'

const alone = (): readonly number[] => []

/** The handler as a function of this process: what a call costs without any sandbox. */
export function openPlain(): Contender {
  return {
    name: 'plain function',
    echo: async (text) => textOf(await echoHere(JSON.stringify({ text }))),
    processes: alone,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** An isolate in this process: no wall between its crash and the host. */
export async function openInProcessIsolate(): Promise<Contender> {
  const isolate = await openIsolateEcho()
  return {
    name: 'isolate in this process',
    echo: async (text) => textOf(await isolate.echo(JSON.stringify({ text }))),
    processes: alone,
    async [Symbol.asyncDispose]() {
      isolate.dispose()
    },
  }
}

const WORKER = `const { parentPort } = require('node:worker_threads'); const handler = ${ECHO_HANDLER}
parentPort.on('message', async ({ id, payload }) => parentPort.postMessage({ id, text: JSON.stringify(await handler(JSON.parse(payload))) }))`

/** A worker thread with bare messages. */
export function openWorkerThread(): Contender {
  const worker = new Worker(WORKER, { eval: true })
  const waiting = new Map<number, (text: string) => void>()
  let last = 0
  worker.on('message', ({ id, text }: { readonly id: number; readonly text: string }) => {
    waiting.get(id)?.(text)
    waiting.delete(id)
  })
  return {
    name: 'worker thread',
    echo: async (text) =>
      textOf(
        await new Promise<string>((resolve) => {
          last += 1
          waiting.set(last, resolve)
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
          worker.postMessage({ id: last, payload: JSON.stringify({ text }) })
        }),
      ),
    processes: alone,
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}

/** QuickJS compiled to WebAssembly: blocks this thread while it runs. */
export async function openQuickJs(): Promise<Contender> {
  const quickjs = await getQuickJS()
  const context = quickjs.newContext()
  context
    .unwrapResult(
      context.evalCode(
        `const handler = ${ECHO_HANDLER}; globalThis.enter = (payload) => { const out = []; handler(JSON.parse(payload)).then((value) => out.push(JSON.stringify(value))); return out }`,
      ),
    )
    .dispose()
  const enter = context.getProp(context.global, 'enter')
  return {
    name: 'quickjs-emscripten',
    async echo(text) {
      const payload = context.newString(JSON.stringify({ text }))
      const out = context.unwrapResult(context.callFunction(enter, context.undefined, payload))
      payload.dispose()
      context.runtime.executePendingJobs()
      const answer = context.getProp(out, 0).consume((value) => context.getString(value))
      out.dispose()
      return textOf(answer)
    },
    processes: alone,
    async [Symbol.asyncDispose]() {
      enter.dispose()
      context.dispose()
    },
  }
}
