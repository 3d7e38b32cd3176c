import { defineAttempt } from '../../attempt.ts'

// The engine keeps the last match of the whole realm, the prelude's included.
export const attempt = defineAttempt({
  title: 'static members of RegExp remember no secret of the prelude',
  handler: `
    context.log.info('x')
    new URL('https://user:pass@example.com/')
    new URLSearchParams('token=hidden')
    return String(/pass|hidden|secret|nexus|post/i.test([RegExp.$1, RegExp.$2, RegExp.lastMatch, RegExp.input, RegExp.leftContext, RegExp.rightContext].join('|').replace(context.installation.id, '')))
  `,
  gets: 'false',
})
