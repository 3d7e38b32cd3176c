import type { Grants, NetworkGrant } from './grant.ts'

/** What `asked` holds that `granted` does not, in words. Empty when everything is covered. */
export function uncovered(asked: Grants, granted: Grants): readonly string[] {
  const missing: string[] = []
  for (const target of asked.network) {
    if (!granted.network.some((grant) => coversNetwork(grant, target)))
      missing.push(`network ${target.methods.join(', ')} ${target.scheme}://${target.host}:${target.port}`)
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
  missing.push(...missingTexts('processes', asked.processes.map(processName), granted.processes.map(processName)))
  missing.push(...missingTexts('panels', asked.panels, granted.panels))
  missing.push(
    ...missingTexts(
      'events',
      asked.events.map((event) => `${event.direction} ${event.event}`),
      granted.events.map((event) => `${event.direction} ${event.event}`),
    ),
  )
  missing.push(...missingTexts('schedules', asked.schedules.map(scheduleName), granted.schedules.map(scheduleName)))
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

function processName(process: Grants['processes'][number]): string {
  const name = 'package' in process ? process.package : process.command
  const folders = [
    ...process.readable.map((folder) => `reads ${folder}`),
    ...process.writable.map((folder) => `changes ${folder}`),
  ]
  return [name, ...folders].join(', ')
}

/** Another time is another promise: running every minute is not covered by a consent to running every night. */
function scheduleName({ name, cron, timeZone }: Grants['schedules'][number]): string {
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
