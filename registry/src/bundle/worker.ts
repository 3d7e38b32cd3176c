import { parentPort, workerData } from 'node:worker_threads'
import { NexusError } from '@nexus/plugin-api'
import { readContents } from './read-contents.ts'
import { renderMarkdown } from './render-markdown.ts'
import type { Answer, Job, ReadAnswer } from './work.ts'

// Runs one job on hostile input and ends. The main thread keeps the clock.

function read(bytes: Uint8Array): ReadAnswer {
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

function work(job: Job): Answer {
  try {
    return job.kind === 'read'
      ? { kind: 'read', read: read(job.bytes) }
      : { kind: 'render', html: renderMarkdown(job.markdown) }
  } catch (error) {
    if (!(error instanceof NexusError)) throw error
    return { kind: 'refused', code: error.code, message: error.message, details: error.details }
  }
}

const answer = work(workerData as Job) // oxlint-disable-line typescript/no-unsafe-type-assertion -- only run-job.ts starts this file
parentPort?.postMessage(answer, answer.kind === 'read' ? [answer.read.content] : [])
