import type { FilesPermission } from '@nexus/plugin-api'
import type { Grants } from '../../grants/grant.ts'
import { brokerError } from '../errors.ts'
import { MAX_FILE_DEPTH, MAX_FILE_NAME_BYTES } from '../limits.ts'

/** A place below a symbolic root, taken apart: nothing in it can climb. */
export interface FilePath {
  readonly root: FilesPermission['root']
  readonly names: readonly string[]
}

type FilesGrant = Grants['files'][number]

// Control characters and what is not a character at all; a backslash is a separator elsewhere.
const UNUSABLE = /[\p{Cc}\p{Cs}\p{Cn}\\]/u
/** Names the host gives to files it has not finished writing. */
export const TEMPORARY = /^\.nexus-[0-9a-f-]{36}\.tmp$/

/** Reads `$data`, `$data/notes/a.txt` or `$workspace/<root>/…`. Refuses what could mean a place outside. */
export function parseFilePath(text: string): FilePath {
  const [root, ...names] = text.split('/')
  if (root !== '$data' && root !== '$workspace') {
    throw refused('Expected a path that begins with `$data/` or `$workspace/`, found another.')
  }
  if (names.length > MAX_FILE_DEPTH) throw refused(`Expected at most ${MAX_FILE_DEPTH} names in a path, found more.`)
  if (!names.every(isFileName)) {
    throw refused(
      'Expected plain names between the slashes of a path, found an empty one, `.`, `..`, a backslash or a control character.',
    )
  }
  return { root, names }
}

/** True for a name that a plugin may give to a file or folder and that means the same on every system. */
export function isFileName(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    name.isWellFormed() &&
    Buffer.byteLength(name) <= MAX_FILE_NAME_BYTES &&
    !UNUSABLE.test(name) &&
    !TEMPORARY.test(name)
  )
}

/** The grant that covers the path. */
export function grantOf(path: FilePath, access: 'read' | 'write', grants: Grants): FilesGrant {
  const found = grants.files.find(
    (grant) =>
      grant.root === path.root &&
      (access === 'read' || grant.access === 'read-write') &&
      covers(grant.path, path.names),
  )
  if (found !== undefined) return found
  throw refused(
    `Expected a grant to ${access} \`${pathText(path)}\`, found none. Ask for it in \`permissions.files\`.`,
    { access },
  )
}

function covers(granted: string, names: readonly string[]): boolean {
  return granted.split('/').every((name, index) => name === '' || names[index] === name)
}

export function pathText({ root, names }: FilePath): string {
  return [root, ...names].join('/').slice(0, 200)
}

function refused(message: string, details: Readonly<Record<string, unknown>> = {}): Error {
  return brokerError('FILE_DENIED', message, { details: { family: 'files', ...details } })
}
