import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an overflow inside the prelude does not end the sandbox',
  handler: `let logged = 0; const dive = () => { try { return dive() } catch (error) { if (logged++ < 20) context.log.info('deep', { a: 1 }); throw error } }; try { dive() } catch {} return 'alive'`,
  gets: 'alive',
})
