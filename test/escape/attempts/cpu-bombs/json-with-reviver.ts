import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a reviver that grows what it visits runs into a limit',
  handler: `JSON.parse('[1]', function (key, value) { if (Array.isArray(this)) this[this.length] = [1]; return Array.isArray(value) ? [...value, [1]] : value }); for (;;);`,
  code: ['SANDBOX_CPU', 'PLUGIN_ERROR'],
  costs: 'sandbox',
})
