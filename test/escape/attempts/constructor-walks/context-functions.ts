import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'functions of the context lead to no compiler',
  handler: tryEach([
    "context.log.info.constructor('return process')()",
    "context.storage.get.constructor('return process')()",
    "context.network.fetch.constructor('return process')()",
    "context.tools.handle.constructor.constructor('return 1')()",
    "context.clock.now.constructor('return 1')()",
    "context.constructor.constructor('return 1')()",
  ]),
  gets: BLOCKED,
})
