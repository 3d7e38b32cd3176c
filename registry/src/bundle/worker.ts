import { readFile, stat } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { NexusError } from '@nexus/plugin-api'
import type { BundleContents } from './contents.ts'
import { bundleError } from './errors.ts'
import { MAX_BUNDLE_BYTES } from './limits.ts'
import { refuseBomb } from './refuse-bomb.ts'
import type { Answer, Job, ReadAnswer } from './work.ts'

// Runs one job after the other on hostile input. The main thread keeps the clock and ends this thread when a job is
// late. Each job loads only what it needs, because loading is most of what a small bundle costs.

async function read(source: Uint8Array | string, scan: boolean): Promise<ReadAnswer> {
  const bytes = await load(source)
  await refuseBomb(bytes)
  const { readContents } = await import('./read-contents.ts')
  const { files, ...rest } = readContents(bytes)
  const findings = scan ? await check(files, rest.manifest) : []
  return { ...rest, ...placeFiles(files), findings }
}

async function load(source: Uint8Array | string): Promise<Buffer> {
  if (typeof source !== 'string') return Buffer.from(source.buffer, source.byteOffset, source.byteLength)
  const { size } = await stat(source)
  if (size <= MAX_BUNDLE_BYTES) return readFile(source)
  throw bundleError('BUNDLE_TOO_LARGE', `Expected at most ${MAX_BUNDLE_BYTES} bytes, found ${size}.`)
}

async function check(files: BundleContents['files'], manifest: BundleContents['manifest']) {
  const { checkRelease } = await import('../checks/check-release.ts')
  return checkRelease({ files, manifest })
}

/** All files lie in one archive: it is handed over as it is, and only copied when it is part of something larger. */
function placeFiles(files: ReadonlyMap<string, Uint8Array>): Pick<ReadAnswer, 'content' | 'places'> {
  const whole = files.values().next().value?.buffer
  if (whole instanceof ArrayBuffer && [...files.values()].every(({ buffer }) => buffer === whole)) {
    return { content: whole, places: [...files].map(([path, file]) => [path, file.byteOffset, file.length]) }
  }
  throw new TypeError('Expected the files of one archive.')
}

async function readPackage(file: string) {
  const { readPackageContents } = await import('./read-package-contents.ts')
  return readPackageContents(file)
}

async function render(markdown: string): Promise<string> {
  const { renderMarkdown } = await import('./render-markdown.ts')
  return renderMarkdown(markdown)
}

async function answer(job: Job): Promise<Answer> {
  if (job.kind === 'read') return { kind: 'read', read: await read(job.source, job.scan) }
  if (job.kind === 'package') return { kind: 'package', contents: await readPackage(job.file) }
  return { kind: 'render', html: await render(job.markdown) }
}

async function work(job: Job): Promise<Answer> {
  try {
    return await answer(job)
  } catch (error) {
    if (!(error instanceof NexusError)) throw error
    return { kind: 'refused', code: error.code, message: error.message, details: error.details }
  }
}

async function reply(job: Job): Promise<void> {
  const done = await work(job)
  parentPort?.postMessage(done, done.kind === 'read' ? [done.read.content] : [])
}

// What `work` does not answer is a failure of the reader: it ends this thread and with it whatever state is in it.
parentPort?.on('message', (job: Job) => void reply(job))
