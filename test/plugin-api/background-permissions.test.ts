import { hostEvents, isHostEvent, permissionsSchema } from '@nexus/plugin-api'
import { describe, expect, test } from 'vitest'
import { issuePaths } from './manifest-input.ts'

const acceptsCron = (cron: string, timeZone?: string) =>
  permissionsSchema.safeParse({
    schedules: [{ name: 'job', cron, ...(timeZone === undefined ? {} : { timeZone }), reason: 'r' }],
  }).success
const acceptsEvent = (event: string, direction = 'subscribe') =>
  permissionsSchema.safeParse({ events: [{ event, direction, reason: 'r' }] }).success

describe('schedules in a manifest [H5]', () => {
  test.each([
    '* * * * *',
    '*/5 * * * *',
    '0 6 * * 1-5',
    '0,15,30-45/5 0-23/2 1 1,6 *',
    '59 23 31 12 7',
    '0 0 29 2 *',
    '0 0 31 2 1',
  ])('take the time %s', (cron) => {
    expect(acceptsCron(cron)).toBe(true)
  })

  test.each([
    '',
    '* * * *',
    '* * * * * *',
    '@daily',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * 32 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5/15 * * * *',
    '9-5 * * * *',
    '1,,2 * * * *',
    '* * * JAN *',
    '* * L * *',
    '* * * * 1#2',
    '-1 * * * *',
    '1.5 * * * *',
    ' * * * * *',
    '*\t* * * *',
    '0 0 31 2 *',
    '0 0 30,31 2 *',
    '0 0 31 4,6,9,11 *',
    `${'1,'.repeat(60)}1 * * * *`,
  ])('refuse the time %s', (cron) => {
    expect(acceptsCron(cron)).toBe(false)
  })

  test('know the time zones of the machine', () => {
    expect(
      ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'].every((zone) => acceptsCron('* * * * *', zone)),
    ).toBe(true)
    expect(
      ['', 'Mars/Phobos', 'Europe/Berlin\0', '../etc/localtime'].some((zone) => acceptsCron('* * * * *', zone)),
    ).toBe(false)
  })

  test('are eight at most, each with a name of its own', () => {
    const schedules = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `job-${index}`, cron: '0 * * * *', reason: 'r' }))
    expect(issuePaths({ permissions: { schedules: schedules(8) } })).toEqual([])
    expect(issuePaths({ permissions: { schedules: schedules(9) } })).toEqual(['permissions.schedules'])
    const [one] = schedules(1)
    expect(issuePaths({ permissions: { schedules: [one, one] } })).toEqual(['permissions.schedules'])
    expect(issuePaths({ permissions: { schedules: [one] }, optionalPermissions: { schedules: [one] } })).toEqual([
      'permissions.schedules',
    ])
  })
})

describe('events in a manifest [H5]', () => {
  test('are those of the host, by their exact names, or of a plugin', () => {
    expect(Object.keys(hostEvents).every((event) => isHostEvent(event) && acceptsEvent(event))).toBe(true)
    expect(['acme.site-watch.changed', '3com.switch.port.up', 'a.b.c'].every((event) => acceptsEvent(event))).toBe(true)
    expect(
      [
        'tool.*',
        'tool.invented',
        'release.published',
        'tool',
        '*',
        'Tool.called',
        'a..b.c',
        '.a.b.c',
        'constructor.name',
      ].some((event) => acceptsEvent(event)),
    ).toBe(false)
  })

  test('may be sent only in the plugin’s own name', () => {
    const emits = (event: string) =>
      issuePaths({ permissions: { events: [{ event, direction: 'emit', reason: 'r' }] } })
    expect(emits('acme.hello.greeted')).toEqual([])
    for (const event of ['tool.called', 'acme.other.greeted', 'acme.hello-world.greeted', 'acme.hello.'])
      expect([event, emits(event).length]).toEqual([event, 1])
  })
})
