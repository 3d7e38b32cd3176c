import { BLOB_DIGITS } from './limits.ts'

/** Every name that a mirror may hold. Anything else is refused, so that no name can lead out of its folder. */
const PUBLISHER = '[a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?'
const NAME = '[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?'
const KNOWN = new RegExp(
  `^(?:${[
    'mirror\\.json',
    'trust-root\\.json',
    'log/head\\.json',
    'log/entries-[0-9]{1,12}\\.json',
    'tuf/(?:timestamp|root)\\.json',
    'tuf/[1-9][0-9]{0,9}\\.(?:root|targets|snapshot|releases-[0-9a-f]{2})\\.json',
    'targets/(?:trusted_root|keys|revocations)\\.json',
    `plugins/${PUBLISHER}/${NAME}\\.json`,
    `releases/${PUBLISHER}/${NAME}/[0-9A-Za-z.-]{1,64}\\.json`,
    `blobs/[0-9a-f]{${BLOB_DIGITS}}\\.tgz`,
  ].join('|')})$`,
)

export function isMirrorFile(path: string): boolean {
  return KNOWN.test(path) && !path.split('/').includes('..')
}

/** Where each thing lies, in the archive and in the folder alike. */
export const mirrorPath = {
  manifest: 'mirror.json',
  trustRoot: 'trust-root.json',
  logHead: 'log/head.json',
  logEntries: (start: number) => `log/entries-${start}.json`,
  metadata: (file: string) => `tuf/${file}`,
  target: (name: string) => `targets/${name}`,
  plugin: (id: string) => `plugins/${id}.json`,
  release: (id: string, version: string) => `releases/${id}/${version}.json`,
  blob: (digest: string) => `blobs/${digest.slice('sha512:'.length, 'sha512:'.length + BLOB_DIGITS)}.tgz`,
}
