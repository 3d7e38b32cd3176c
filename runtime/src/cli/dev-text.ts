import { styleText } from 'node:util'
import type { DevEvent, DevSession } from '../developer/index.ts'
import { visible } from './console.ts'

/** What the host says of each start; the author is told in other words. */
const HOST_WORDS = /^The (plugin is|changed side of) /

/** An event of `nexus dev` as lines for people. */
export function devLines(event: DevEvent): readonly string[] {
  switch (event.event) {
    case 'ready':
      return [styleText('green', `● runs, ${time(event.ms)} after the start`)]
    case 'reloaded':
      return [styleText('green', `↻ runs again, ${time(event.ms)} after the save (bundled in ${time(event.bundleMs)})`)]
    case 'broken':
      return [`✗ ${event.message} (${event.code})`].flatMap(cut).map((line) => styleText('red', line))
    case 'consent':
      return [
        '? asks for more than was granted:',
        ...event.wider.map((what) => `    ${what}`),
        '  Type `grant` to agree.',
      ]
        .map(visible)
        .map((line) => styleText('yellow', line))
    case 'call':
      return [outcome(event.failure, `${event.handler} ${event.name}`, event.ms, useOf(event))]
    case 'capability':
      return [`  ${outcome(event.failure, `${event.capability} ${event.target}`, event.ms, '')}`]
    case 'limit':
      return [styleText('yellow', `! ${event.code}: ${event.limit ?? 'the sandbox'} ${event.value ?? ''}`)]
    case 'log':
      if (event.level === 'info' && HOST_WORDS.test(event.message)) return []
      return `${event.level.padEnd(5)} ${event.message}`
        .split('\n')
        .map((line) => styleText('dim', `  ${visible(line)}`))
    default:
      return event satisfies never
  }
}

/** Limits of the sandbox, and what was used of them. */
export function usageLines(session: DevSession): readonly string[] {
  const installed = session.installed()
  const usage = installed?.site.sandbox?.usage()
  if (installed === undefined || usage === undefined) return ['It does not run.']
  const { limits } = installed
  const mib = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1)
  return [
    `  calls ${usage.calls}, failed ${usage.errors}, capability calls ${usage.capabilityCalls}`,
    `  heap ${mib(usage.heapBytes)} of ${limits.memoryMb} MiB, CPU ${(usage.cpuMicroseconds / 1000).toFixed(1)} ms in all`,
    `  of each call: ${limits.cpuMsPerCall} ms CPU, ${limits.wallMsPerCall} ms, ${limits.capabilityCallsPerCall} capability calls`,
    `  of each minute: ${limits.cpuMsPerMinute} ms CPU, ${limits.networkRequestsPerMinute} requests`,
    `  storage ${mib(limits.storageBytes)} MiB, files ${mib(limits.fileBytes)} MiB, payload ${mib(limits.payloadBytes)} MiB`,
  ]
}

function outcome(
  failure: { readonly code: string; readonly message: string } | undefined,
  what: string,
  ms: number,
  rest: string,
) {
  const text = visible(`${failure === undefined ? '✓' : '✗'} ${what} ${time(ms)}${rest}`)
  if (failure === undefined) return text
  return styleText('red', `${text} ${visible(`${failure.code}: ${failure.message}`)}`)
}

function useOf({ cpuMs, heapBytes, capabilityCalls }: Extract<DevEvent, { event: 'call' }>): string {
  const cpu = cpuMs === undefined ? '' : `, ${time(cpuMs)} CPU`
  const heap = heapBytes === undefined ? '' : `, heap ${(heapBytes / 1024 ** 2).toFixed(1)} MiB`
  return `${cpu}${heap}${capabilityCalls === undefined ? '' : `, ${capabilityCalls} capability calls`}`
}

function time(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}

function cut(text: string): readonly string[] {
  return text.split('\n').slice(0, 40).map(visible)
}
