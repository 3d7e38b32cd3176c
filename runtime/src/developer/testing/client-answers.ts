import type { JsonObject } from '@nexus/plugin-api'
import type { ClientAnswers } from '@nexus/plugin-api/testing'
import { gatewayError } from '../../gateway/errors.ts'
import type { AnswerQuestion } from '../workbench/ask-plugin.ts'

/** Answers questions of the plugin as a test says. The broker has checked their form before they arrive here. */
export function answersOf({ elicit, sample, roots }: ClientAnswers): AnswerQuestion {
  return async (method, params) => {
    if (method === 'elicitation/create' && elicit !== undefined) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by the broker's schema of this very question
      return toJson(elicit(params as Parameters<typeof elicit>[0]))
    }
    if (method === 'sampling/createMessage' && sample !== undefined) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by the broker's schema of this very question
      return toJson(sample(params as unknown as Parameters<typeof sample>[0]))
    }
    if (method === 'roots/list' && roots !== undefined) return toJson({ roots })
    throw gatewayError(
      'INPUT_UNSUPPORTED',
      `Expected an answer to ${method} in \`openPlugin({ client })\`, found none.`,
    )
  }
}

function toJson(answer: object): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON of an object is a JSON object
  return JSON.parse(JSON.stringify(answer)) as JsonObject
}
