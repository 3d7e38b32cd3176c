import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { cliError } from '../errors.ts'
import { newPassphrase, passphraseOption } from '../passphrase.ts'
import { findPublisher, openKey } from '../publisher-access.ts'
import { openOwnerSession, openPublicSession, otpOption, registryOption } from '../publisher-session.ts'
import type { RegistryOptions } from '../registry-session.ts'

interface KeyOptions extends RegistryOptions {
  readonly passphraseFile?: string
  readonly days?: string
}

/** `nexus key …`: the key that signs a publisher's releases. */
export function keyCommand(command: Command, host: CommandHost): void {
  command.description('The key that signs the releases of a publisher: made here, never sent.')
  const make = (name: string, description: string) => command.command(name).description(description)
  make('list <publisher>', 'Keys that the registry knows, and which of them is here.')
    .option(...registryOption)
    .action(action(host, list))
  make('new <publisher>', 'Make a second key beside the one the registry knows, and sign with it from now on.')
    .option(...passphraseOption)
    .option(...registryOption)
    .option(...otpOption)
    .action(action(host, create))
  make(
    'rotate <publisher>',
    'Put a new key in the place of the old one, which the registry believes for some more days.',
  )
    .option('--days <number>', 'for how many days the old key still counts', '7')
    .option(...passphraseOption)
    .option(...registryOption)
    .option(...otpOption)
    .action(action(host, rotate))
  make('revoke <publisher> <key>', 'Let nothing count any more that this key signed. For a key that was stolen.')
    .option(...registryOption)
    .option(...otpOption)
    .action(action(host, revoke))
  make('encrypt <publisher>', 'Put the key here under a passphrase, or under another one.')
    .option(...passphraseOption)
    .option('--new-passphrase-file <file>', 'file with the new passphrase; else you are asked')
    .action(action(host, encrypt))
  make(
    'export <publisher>',
    'The public key, for somebody who wants to pin it. The private one never leaves its file.',
  ).action(action(host, exportKey))
}

async function list(context: CommandContext, publisher: string, options: KeyOptions): Promise<void> {
  const { keyIdOf } = await import('../../publishing/index.ts')
  const here = await findPublisher(context, publisher).then(
    ({ file }) => keyIdOf(file.publicKey),
    () => undefined,
  )
  await using session = await openPublicSession(context, options)
  const { keys } = await session.call('publisher', { params: { publisher } })
  const items = keys.map((key) => ({ ...key, here: key.keyId === here }))
  const rows = items.map(({ keyId, validFrom, validUntil, revokedAt, here: isHere }) => [
    keyId.slice(0, 16),
    validFrom,
    revokedAt === undefined ? (validUntil ?? '') : `revoked ${revokedAt}`,
    isHere ? 'here' : '',
  ])
  context.output.answer(items, table([['Key', 'From', 'Until', ''], ...rows]))
}

async function create(context: CommandContext, publisher: string, options: KeyOptions): Promise<void> {
  await replace(context, publisher, options, async (session, publicKey) => {
    await session.call('addKey', { params: { publisher }, body: { publicKey } })
  })
}

async function rotate(context: CommandContext, publisher: string, options: KeyOptions): Promise<void> {
  const overlapDays = Number(options.days)
  if (!Number.isInteger(overlapDays) || overlapDays < 0 || overlapDays > 365)
    throw cliError('CLI_USAGE', `Expected --days of 0 to 365, found ${JSON.stringify(options.days)}.`)
  await replace(context, publisher, options, async (session, publicKey, keyId) => {
    await session.call('rotateKey', { params: { publisher, keyId }, body: { publicKey, overlapDays } })
  })
}

/** The registry learns of the new key first: a file with a key that nobody knows would sign for nobody. */
async function replace(
  context: CommandContext,
  publisher: string,
  options: KeyOptions,
  tell: (session: Awaited<ReturnType<typeof openOwnerSession>>, publicKey: string, oldKeyId: string) => Promise<void>,
): Promise<void> {
  const { generateKeyPair, keyIdOf, withKey, writePublisherFile } = await import('../../publishing/index.ts')
  const { file, path } = await findPublisher(context, publisher)
  const old = keyIdOf(file.publicKey)
  const key = generateKeyPair()
  const passphrase = await newPassphrase(context, options.passphraseFile)
  const next = await withKey(file, key, passphrase)
  // Kept before anybody knows of it: a crash in between loses no key.
  await writePublisherFile(`${path}.next`, next)
  await using session = await openOwnerSession(context, options)
  await tell(session, key.publicKey, old)
  await writePublisherFile(path.replace(/\.json$/, `-${old.slice(0, 8)}.json`), file)
  await writePublisherFile(path, next)
  const { rm } = await import('node:fs/promises')
  await rm(`${path}.next`)
  context.output.answer({ publisher, key: `sha256:${key.keyId}`, before: `sha256:${old}`, file: path }, [
    `${publisher} signs with sha256:${key.keyId} from now on.`,
    `  Before: sha256:${old}. Hosts that pinned it ask their admins before they install a release of the new key.`,
  ])
}

async function revoke(context: CommandContext, publisher: string, keyId: string, options: KeyOptions): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const { keys } = await session.call('publisher', { params: { publisher } })
  const found = keys.filter((key) => key.keyId.startsWith(keyId.replace(/^sha256:/, '')))
  const [only, other] = found
  if (only === undefined || other !== undefined)
    throw cliError(
      'CLI_NOT_FOUND',
      `Expected one key of ${publisher} that begins with ${keyId}, found ${found.length}.`,
    )
  await session.call('revokeKey', { params: { publisher, keyId: only.keyId } })
  context.output.answer({ publisher, revoked: only.keyId }, [
    `Revoked sha256:${only.keyId}: nothing it signed counts any more.`,
  ])
}

async function encrypt(
  context: CommandContext,
  publisher: string,
  options: KeyOptions & { readonly newPassphraseFile?: string },
): Promise<void> {
  const { isSealed, withKey, writePublisherFile } = await import('../../publishing/index.ts')
  const { file, path } = await findPublisher(context, publisher)
  const isChange = isSealed(file)
  const key = await openKey(
    { ...context, output: { ...context.output, note: () => undefined } },
    { file, path },
    options.passphraseFile,
  )
  const source = isChange ? options.newPassphraseFile : (options.newPassphraseFile ?? options.passphraseFile)
  // What opens the key now must not be taken for the new one.
  const environment = isChange ? { ...context.environment, NEXUS_KEY_PASSPHRASE: undefined } : context.environment
  const passphrase = await newPassphrase({ ...context, environment }, source)
  if (passphrase === undefined)
    throw cliError('CLI_USAGE', 'Expected a new passphrase, found none. Give it with --new-passphrase-file.')
  await writePublisherFile(path, await withKey(file, key, passphrase))
  context.output.answer({ publisher, file: path, encrypted: true }, [
    `The signing key in ${path} is under a passphrase.`,
  ])
}

async function exportKey(context: CommandContext, publisher: string): Promise<void> {
  const { keyIdOf } = await import('../../publishing/index.ts')
  const { file } = await findPublisher(context, publisher)
  context.output.answer({ publisher, key: `sha256:${keyIdOf(file.publicKey)}`, publicKey: file.publicKey }, [
    file.publicKey.trim(),
  ])
}
