import type { Problem } from '@nexus/runtime/contract'
import { isMessageKey, t } from './translate.ts'

/** What went wrong, in the person's language where the code is known, else in the host's own words. */
export function problemText(problem: Pick<Problem, 'code' | 'detail'>): string {
  const key = `problem.${problem.code}`
  return isMessageKey(key) ? t(key) : problem.detail
}

/** What is wrong with one field of a form, if the host said so. */
export function fieldError(problem: Problem | undefined, path: string): string | undefined {
  return problem?.errors?.find((error) => error.path === path || error.path === `/${path}`)?.message
}
