import type { Grants, NetworkGrant, ProcessGrant } from './grant.ts'

/** What `asked` holds that `granted` does not, in words. Empty when everything is covered. */
export function uncovered(asked: Grants, granted: Grants): readonly string[] {
  const missing: string[] = []
  for (const target of asked.network) {
    // Each method by itself: a wildcard may give the one and the host's own grant another.
    const methods = target.methods.filter(
      (method) => !granted.network.some((grant) => coversNetwork(grant, { ...target, methods: [method] })),
    )
    if (methods.length > 0)
      missing.push(`network ${methods.join(', ')} ${target.scheme}://${target.host}:${target.port}`)
  }
  for (const file of asked.files) {
    const covered = granted.files.some(
      (grant) =>
        grant.root === file.root &&
        coversPath(grant.path, file.path) &&
        (grant.access === 'read-write' || file.access === 'read'),
    )
    if (!covered) missing.push(`files ${file.access} ${file.root}/${file.path}`)
  }
  for (const secret of asked.secrets) {
    const covered = granted.secrets.some(
      (grant) => grant.field === secret.field && (grant.access === 'read' || grant.access === secret.access),
    )
    if (!covered) missing.push(`secrets ${secret.access} ${secret.field}`)
  }
  missing.push(...missingTexts('tools', asked.tools, granted.tools, coversTool))
  for (const process of asked.processes) {
    if (!granted.processes.some((grant) => coversProcess(grant, process)))
      missing.push(`processes ${[processName(process), ...processReach(process)].join(', ')}`)
  }
  missing.push(...missingTexts('panels', asked.panels, granted.panels))
  missing.push(
    ...missingTexts(
      'events',
      asked.events.map((event) => `${event.direction} ${event.event}`),
      granted.events.map((event) => `${event.direction} ${event.event}`),
    ),
  )
  missing.push(...missingTexts('schedules', asked.schedules.map(scheduleName), granted.schedules.map(scheduleName)))
  missing.push(...missingTexts('client', asked.client, granted.client))
  return missing
}

/** An IP literal: a wildcard covers names only. */
const ADDRESS = /^(\[|\d+(\.\d+){3}$)/

/** True when everything `target` allows is allowed by `grant`. */
export function coversNetwork(grant: NetworkGrant, target: NetworkGrant): boolean {
  const host =
    grant.host === target.host ||
    (grant.host.startsWith('*.') && !ADDRESS.test(target.host) && target.host.endsWith(grant.host.slice(1)))
  return (
    host &&
    grant.port === target.port &&
    grant.scheme === target.scheme &&
    target.methods.every((method) => grant.methods.includes(method))
  )
}

function coversPath(outer: string, inner: string): boolean {
  return outer === '' || outer === inner || inner.startsWith(`${outer}/`)
}

function coversTool(grant: string, asked: string): boolean {
  return grant === asked || (grant.endsWith(':*') && asked.startsWith(grant.slice(0, -1)))
}

const NETWORK_REACH = { none: 0, proxy: 1, host: 2 } as const

function coversProcess(grant: ProcessGrant, asked: ProcessGrant): boolean {
  const reaches = NETWORK_REACH[grant.network ?? 'none'] >= NETWORK_REACH[asked.network ?? 'none']
  // What may be changed may be read.
  const readable = [...grant.readable, ...grant.writable]
  return (
    reaches &&
    programOf(grant) === programOf(asked) &&
    asked.readable.every((folder) => readable.some((outer) => coversFolder(outer, folder))) &&
    asked.writable.every((folder) => grant.writable.some((outer) => coversFolder(outer, folder)))
  )
}

/** A folder of the host, whole path. */
function coversFolder(outer: string, inner: string): boolean {
  const plain = (folder: string) => folder.replace(/\/+$/, '')
  return !inner.split('/').includes('..') && (plain(outer) === plain(inner) || inner.startsWith(`${plain(outer)}/`))
}

/** How far a process reaches, in words; empty when it reaches nothing. */
export function processReach({ network }: ProcessGrant): readonly string[] {
  if (network === 'host') return ['reaches the WHOLE NETWORK, unfiltered']
  return network === 'proxy' ? ['reaches the network hosts above'] : []
}

function programOf(process: ProcessGrant): string {
  return 'package' in process ? process.package : process.command
}

/** The program and the folders it sees, in words. */
export function processName(process: ProcessGrant): string {
  const folders = [
    ...process.readable.map((folder) => `reads ${folder}`),
    ...process.writable.map((folder) => `changes ${folder}`),
  ]
  return [programOf(process), ...folders].join(', ')
}

/** Another time is another promise: running every minute is not covered by a consent to running every night. */
export function scheduleName({ name, cron, timeZone }: Grants['schedules'][number]): string {
  return `${name} ${cron} ${timeZone ?? 'UTC'}`
}

function missingTexts(
  family: string,
  asked: readonly string[],
  granted: readonly string[],
  covers: (grant: string, asked: string) => boolean = (grant, text) => grant === text,
): readonly string[] {
  return asked.filter((text) => !granted.some((grant) => covers(grant, text))).map((text) => `${family} ${text}`)
}
