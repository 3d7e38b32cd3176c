import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'stack hooks, which would see frames of the prelude, cannot be set',
  handler: tryEach([
    '(Error.prepareStackTrace = (_error, sites) => sites.length)',
    "Object.defineProperty(Error, 'prepareStackTrace', { value: () => 1 })",
    'Object.assign(TypeError, { prepareStackTrace: () => 1 })',
    `Reflect.defineProperty(RangeError, 'prepareStackTrace', { value: () => 1 }) || (() => { throw 0 })()`,
  ]),
  gets: BLOCKED,
})
