import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { passphraseOption } from '../passphrase.ts'
import { findPublisher, openKey } from '../publisher-access.ts'
import { openPublisherSession, otpOption, registryOption } from '../publisher-session.ts'
import type { RegistryOptions } from '../registry-session.ts'
import { readPacked } from './plugin-publish.ts'

interface SignOptions extends RegistryOptions {
  readonly key?: string
  readonly identity?: boolean
  readonly out?: string
  readonly attach?: boolean
  readonly passphraseFile?: string
}

/** `nexus sign`: the publisher's signature bundle of a packed plugin. */
export function signCommand(command: Command, host: CommandHost): void {
  command
    .argument('<bundle>', 'packed plugin, as `nexus pack` writes it')
    .description('Sign a packed plugin as its publisher; the signature bundle is written beside it.')
    .option('--key <id|file>', "whose key; the publisher's of the plugin by default")
    .option(
      '--identity',
      'sign as whom the build service or NEXUS_IDENTITY_TOKEN says, with a key that lives for this one signature',
    )
    .option('--out <file>', 'where to; <bundle>.publish.sigstore.json by default')
    .option('--attach', 'give it to the registry too: for a version that came there by `npm publish`')
    .option(...passphraseOption)
    .option(...registryOption)
    .option(...otpOption)
    .action(action(host, sign))
}

async function sign(context: CommandContext, bundle: string, options: SignOptions): Promise<void> {
  const { checkNamespace, readBundle, signContents } = await import('../../publishing/index.ts')
  const contents = await readBundle(await readPacked(bundle))
  const { id, version } = contents.manifest
  const [publisher = '', name = ''] = id.split('/')
  const signer = await signerOf(context, options.key ?? publisher, options, (owner) => checkNamespace(id, owner))
  const signature = await signContents(contents, signer)
  const file = options.out ?? `${bundle}.publish.sigstore.json`
  await writeFile(file, `${JSON.stringify(signature)}\n`)
  if (options.attach === true) {
    await using session = await openPublisherSession(context, publisher, options)
    await session.call('signVersion', { params: { publisher, name, version }, body: { signature } })
  }
  context.output.answer(
    { id, version, bundleDigest: contents.digests.bundle, file, attached: options.attach === true },
    [
      `Signed ${id} ${version}: ${file}.`,
      ...(options.attach === true ? [`The registry has it: ${id} ${version} can be installed.`] : []),
    ],
  )
}

async function signerOf(
  context: CommandContext,
  publisher: string,
  { identity, passphraseFile }: SignOptions,
  check: (publisher: string) => void,
) {
  if (identity !== true) {
    const access = await findPublisher(context, publisher)
    check(access.file.publisher)
    return await openKey(context, access, passphraseFile)
  }
  const { sigstoreServices } = await import('../../publishing/index.ts')
  const { environment } = context
  const services = sigstoreServices.parse({
    ...(environment['NEXUS_FULCIO_URL'] !== undefined && { fulcioUrl: environment['NEXUS_FULCIO_URL'] }),
    ...(environment['NEXUS_REKOR_URL'] !== undefined && { rekorUrl: environment['NEXUS_REKOR_URL'] }),
    ...(environment['NEXUS_TIMESTAMP_URL'] !== undefined && { timestampUrl: environment['NEXUS_TIMESTAMP_URL'] }),
  })
  return { kind: 'identity' as const, services, identityToken: environment['NEXUS_IDENTITY_TOKEN'] }
}
