import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a stack overflow inside a host function leaks no half-made state',
  handler: `
    let deepest
    const dive = () => { try { return dive() } catch { try { return context.storage.get('k') } catch (error) { deepest = error; throw error } } }
    let result
    try { result = await dive() } catch (error) { result = error.constructor === RangeError || error.constructor === Error ? undefined : 'foreign' }
    return String(result) + String(deepest === undefined || deepest.constructor.constructor === Function)
  `,
  gets: 'undefinedtrue',
})
