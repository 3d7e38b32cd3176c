import { z } from 'zod'
import { MANIFEST_FILE } from './contents.ts'
import { bundleError } from './errors.ts'
import { inflateFile } from './inflate-file.ts'
import { MAX_MANIFEST_BYTES, MAX_README_BYTES, PACKAGE_LIMITS } from './limits.ts'
import type { PackageContents } from './package-contents.ts'
import { readTarStream } from './read-tar-stream.ts'
import { parseStrictJson } from './strict-json.ts'
import type { TarEntry } from './tar-grammar.ts'

const PACKAGE_FILE = 'package.json'
const README = /^readme(\.(md|markdown|txt))?$/i

const packageJsonSchema = z.looseObject({ name: z.string().min(1).max(214), version: z.string().min(1).max(256) })

/** Reads a plain npm package from a file as it streams by. Its cost is time, not memory: `readPlainPackage` calls it. */
export async function readPackageContents(path: string): Promise<PackageContents> {
  const files: TarEntry[] = []
  const kept = new Map<string, Buffer>()
  const facts = await readTarStream(inflateFile(path, PACKAGE_LIMITS), PACKAGE_LIMITS, {
    wants(file) {
      files.push(file)
      return file.path === PACKAGE_FILE ? isWithin(file, MAX_MANIFEST_BYTES) : isReadme(file)
    },
    take: (file, bytes) => kept.set(file.path, bytes),
  })
  const described = kept.get(PACKAGE_FILE)
  if (described === undefined)
    throw bundleError('BUNDLE_FILE_MISSING', 'Expected the file `package.json` in the package, found none.')
  const readme = findReadme(kept)
  return {
    ...facts,
    files,
    unpackedSize: files.reduce((sum, { size }) => sum + size, 0),
    packageJson: parsePackageJson(described),
    readme: readme === undefined ? undefined : new TextDecoder().decode(readme),
    isPlugin: files.some((file) => file.path === MANIFEST_FILE),
  }
}

function isReadme(file: TarEntry): boolean {
  return README.test(file.path) && isWithin(file, MAX_README_BYTES)
}

function isWithin({ path, size }: TarEntry, limit: number): true {
  if (size <= limit) return true
  throw bundleError('BUNDLE_FILE_TOO_LARGE', `Expected \`${path}\` of at most ${limit} bytes, found ${size}.`)
}

/** Markdown before plain text. */
function findReadme(kept: ReadonlyMap<string, Buffer>): Buffer | undefined {
  const paths = [...kept.keys()].filter((path) => README.test(path))
  const path = paths.find((candidate) => /\.(md|markdown)$/i.test(candidate)) ?? paths[0]
  return path === undefined ? undefined : kept.get(path)
}

function parsePackageJson(bytes: Buffer): PackageContents['packageJson'] {
  const parsed = packageJsonSchema.safeParse(parseStrictJson(bytes, PACKAGE_FILE))
  if (parsed.success) return parsed.data
  throw bundleError(
    'BUNDLE_JSON',
    `Expected \`package.json\` with name and version, found: ${z.prettifyError(parsed.error)}`,
  )
}
