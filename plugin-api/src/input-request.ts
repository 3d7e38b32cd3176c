import { z } from 'zod'
import { visibleText } from './text.ts'

const jsonObject = z.record(z.string(), z.json())

/** The form of an elicitation: a flat object of text, number, boolean and choice fields. Source: MCP `ElicitRequestFormParams`. */
export const formElicitationSchema = z.strictObject({
  mode: z.literal('form').optional(),
  message: visibleText(4000),
  requestedSchema: z.looseObject({
    type: z.literal('object'),
    properties: z
      .record(
        z.string().min(1).max(200),
        z.looseObject({ type: z.enum(['string', 'number', 'integer', 'boolean', 'array']) }),
      )
      .refine((fields) => Object.keys(fields).length <= 64, { message: 'Expected at most 64 fields.' }),
    required: z.array(z.string()).max(64).optional(),
  }),
})

/** A page a person is sent to, for what must not pass through the client. Source: MCP `ElicitRequestURLParams`. */
export const urlElicitationSchema = z.strictObject({
  mode: z.literal('url'),
  message: visibleText(4000),
  url: z.url({ protocol: /^https$/ }).max(2000),
})

/** What a client's model is asked. Source: MCP `CreateMessageRequestParams`. */
export const samplingSchema = z.strictObject({
  messages: z
    .array(
      z.looseObject({
        role: z.enum(['user', 'assistant']),
        content: z.union([jsonObject, z.array(jsonObject).max(256)]),
      }),
    )
    .min(1)
    .max(256),
  maxTokens: z.int().min(1).max(1_000_000),
  systemPrompt: z.string().max(200_000).optional(),
  temperature: z.number().min(0).max(10).optional(),
  stopSequences: z.array(z.string().max(1000)).max(64).optional(),
  modelPreferences: jsonObject.optional(),
  includeContext: z.enum(['none', 'thisServer', 'allServers']).optional(),
  metadata: jsonObject.optional(),
  tools: z.array(jsonObject).max(128).optional(),
  toolChoice: jsonObject.optional(),
})

/** One question to the client of a call. Source: MCP `InputRequest`. */
export const inputRequestSchema = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('elicitation/create'),
    params: z.union([formElicitationSchema, urlElicitationSchema]),
  }),
  z.strictObject({ method: z.literal('sampling/createMessage'), params: samplingSchema }),
  z.strictObject({ method: z.literal('roots/list'), params: z.strictObject({}).optional() }),
])

/** What a handler returns that needs input before it can answer. Source: MCP `InputRequiredResult`. */
export const inputRequiredSchema = z.strictObject({
  resultType: z.literal('input_required'),
  inputRequests: z
    .record(z.string().min(1).max(64), inputRequestSchema)
    .refine((requests) => Object.keys(requests).length <= 16, { message: 'Expected at most 16 questions at once.' })
    .optional(),
  requestState: z.string().max(65_536).optional(),
  _meta: jsonObject.optional(),
})

/** A form for a person to fill in. */
export type FormElicitation = z.infer<typeof formElicitationSchema>
/** A page for a person to visit. */
export type UrlElicitation = z.infer<typeof urlElicitationSchema>
/** A question to the client's model. */
export type SamplingRequest = z.infer<typeof samplingSchema>
/** One question to the client. */
export type InputRequest = z.infer<typeof inputRequestSchema>
/** The questions of one round, and what the handler wants to know again when they are answered. */
export type InputRequired = z.infer<typeof inputRequiredSchema>
