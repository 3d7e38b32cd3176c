import { parentPort } from 'node:worker_threads'
import { NexusError } from '@nexus/plugin-api'
import type { Answer, Job, ReadAnswer } from './work.ts'

// Runs one job after the other on hostile input. The main thread keeps the clock and ends this thread when a job is
// late. Each job loads only what it needs, because loading is most of what a small bundle costs.

async function read(bytes: Uint8Array): Promise<ReadAnswer> {
  const { readContents } = await import('./read-contents.ts')
  const { files, ...rest } = readContents(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const total = [...files.values()].reduce((sum, file) => sum + file.length, 0)
  const content = new Uint8Array(total)
  const places: [string, number, number][] = []
  let offset = 0
  for (const [path, file] of files) {
    content.set(file, offset)
    places.push([path, offset, file.length])
    offset += file.length
  }
  return { ...rest, content: content.buffer, places }
}

async function render(markdown: string): Promise<string> {
  const { renderMarkdown } = await import('./render-markdown.ts')
  return renderMarkdown(markdown)
}

async function work(job: Job): Promise<Answer> {
  try {
    return job.kind === 'read'
      ? { kind: 'read', read: await read(job.bytes) }
      : { kind: 'render', html: await render(job.markdown) }
  } catch (error) {
    if (!(error instanceof NexusError)) throw error
    return { kind: 'refused', code: error.code, message: error.message, details: error.details }
  }
}

parentPort?.on('message', (job: Job) => {
  // What `work` does not answer is a failure of the reader: it ends this thread and with it whatever state is in it.
  void work(job).then((answer) => parentPort?.postMessage(answer, answer.kind === 'read' ? [answer.read.content] : []))
})
