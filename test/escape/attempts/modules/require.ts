import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'require and its relatives are not there',
  handler: tryEach([
    "require('fs')",
    "module.constructor._load('fs')",
    "process.binding('fs')",
    "process.mainModule.require('fs')",
    "process.getBuiltinModule('fs')",
    'globalThis.process.dlopen',
  ]),
  gets: BLOCKED,
})
