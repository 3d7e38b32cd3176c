import { z } from 'zod'
import { filesGrantName } from '../../grants/list-grants.ts'
import { type Capability, type Site, defineCapability } from '../capability.ts'
import { brokerError } from '../errors.ts'
import { type FilePath, grantOf, parseFilePath } from '../files/file-path.ts'
import { limitReached } from '../limit-reached.ts'
import { MAX_FILE_PATH_CHARACTERS, MAX_FILE_READ_BYTES, MAX_FILE_WRITE_BYTES } from '../limits.ts'

const path = z.string().min(1).max(MAX_FILE_PATH_CHARACTERS)
const pathArgument = z.strictObject({ path })
const readArgument = z.strictObject({
  path,
  as: z.enum(['text', 'base64']),
  offset: z.int().min(0).default(0),
  length: z.int().min(0).max(MAX_FILE_READ_BYTES).optional(),
})
const writeArgument = z.union([
  z.strictObject({ path, text: z.string() }),
  z.strictObject({ path, base64: z.base64().max(Math.ceil(MAX_FILE_WRITE_BYTES / 3) * 4) }),
])

/** `context.files`: below the installation's own folder and the roots that the operator gave to the workspace. */
export const fileCapabilities: readonly Capability[] = [
  defineCapability('files.read', readArgument, async (argument, _call, site) => {
    const target = granted(site, argument.path, 'read')
    const bytes = await site.ports.files.read(site.installation, target, {
      offset: argument.offset,
      length: argument.length,
    })
    return argument.as === 'base64' ? bytes.toString('base64') : readText(bytes)
  }),
  defineCapability('files.write', writeArgument, async (argument, _call, site) => {
    const target = granted(site, argument.path, 'write')
    const content = Buffer.from(
      'text' in argument ? argument.text : argument.base64,
      'text' in argument ? 'utf8' : 'base64',
    )
    if (content.byteLength > MAX_FILE_WRITE_BYTES) {
      throw brokerError(
        'FILE_TOO_LARGE',
        `Expected at most ${MAX_FILE_WRITE_BYTES} bytes in a file, found ${content.byteLength}. Write several files.`,
      )
    }
    const { fileBytes } = site.installation.limits
    await site.ports.files.write(site.installation, target, content, (bytes) => {
      if (bytes > fileBytes) throw quotaUsedUp(site)
    })
    return undefined
  }),
  defineCapability('files.remove', pathArgument, async (argument, _call, site) =>
    site.ports.files.remove(site.installation, granted(site, argument.path, 'write')),
  ),
  defineCapability('files.list', pathArgument, async (argument, _call, site) =>
    site.ports.files.list(site.installation, granted(site, argument.path, 'read')),
  ),
  defineCapability('files.stat', pathArgument, async (argument, _call, site) =>
    site.ports.files.stat(site.installation, granted(site, argument.path, 'read')),
  ),
]

function granted({ installation, meter }: Site, text: string, access: 'read' | 'write'): FilePath {
  const target = parseFilePath(text)
  const grant = grantOf(target, access, installation.grants)
  meter.used('files', filesGrantName(grant), access)
  return target
}

function readText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // A decoder says no more than that it failed.
    throw brokerError('FILE_NOT_TEXT', 'Expected UTF-8 text, found other bytes. Read the file as bytes.')
  }
}

function quotaUsedUp({ installation }: Site): Error {
  return limitReached(
    installation,
    'FILE_QUOTA',
    'fileBytes',
    (quota) => `Expected at most ${quota} bytes below \`$data\` (fileBytes), found more. Remove what is not needed.`,
  )
}
