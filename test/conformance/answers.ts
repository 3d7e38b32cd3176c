import { PNG, WAV } from '../fixtures/plugins/conformance/src/content.ts'

type Json = Record<string, unknown>

/** What a tool of the fixtures is called with, and what its result is, in either era, whatever stands behind. */
export interface Answer {
  readonly tool: string
  readonly arguments?: Json
  readonly content: readonly Json[]
  readonly isError?: true
  /** What the client is asked on the way, `method message`. */
  readonly asked?: readonly string[]
  /** What it is told on the way. */
  readonly told?: readonly Json[]
}

const text = (value: string): readonly Json[] => [{ type: 'text', text: value }]
const image = { type: 'image', data: PNG, mimeType: 'image/png' }
const embedded = (uri: string, mimeType: string, value: string) => ({
  type: 'resource',
  resource: { uri, mimeType, text: value },
})
const message = (data: string): Json => ({ method: 'notifications/message', params: { level: 'info', data } })
const rounds = (name: string, asked: readonly string[], said: string): Answer => ({
  tool: `test_input_required_result_${name}`,
  asked,
  content: text(said),
})

const NAME = 'elicitation/create What is your name?'
const SAMPLED = '{"type":"text","text":"Paris"}'

/** The client of the tests answers `re: <message>` to forms and `Paris` to samplings. */
export const ANSWERS: readonly Answer[] = [
  { tool: 'test_simple_text', content: text('This is a simple text response for testing.') },
  { tool: 'test_image_content', content: [image] },
  { tool: 'test_audio_content', content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] },
  {
    tool: 'test_embedded_resource',
    content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  },
  {
    tool: 'test_multiple_content_types',
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  },
  {
    tool: 'test_error_handling',
    content: text('This tool intentionally returns an error for testing'),
    isError: true,
  },
  { tool: 'test_reconnection', content: text('Still connected.') },
  { tool: 'json_schema_2020_12_tool', arguments: { email: 'a@b.c' }, content: text('A schema of 2020-12.') },
  { tool: 'test_x_mcp_header', content: text('none') },
  {
    tool: 'test_sampling',
    arguments: { prompt: 'The capital of France?' },
    asked: ['sampling/createMessage The capital of France?'],
    content: text(`LLM response: ${SAMPLED}`),
  },
  {
    tool: 'test_elicitation',
    arguments: { message: 'Who are you?' },
    asked: ['elicitation/create Who are you?'],
    content: text('User response: action=accept, content={"name":"re: Who are you?"}'),
  },
  {
    tool: 'test_elicitation_sep1034_defaults',
    asked: ['elicitation/create Please check the defaults'],
    content: text('Elicitation completed: action=accept, content={"name":"re: Please check the defaults"}'),
  },
  {
    tool: 'test_elicitation_sep1330_enums',
    asked: ['elicitation/create Please choose'],
    content: text('Elicitation completed: action=accept, content={"name":"re: Please choose"}'),
  },
  { tool: 'test_streaming_elicitation', asked: ['elicitation/create Your name?'], content: text('Thank you.') },
  rounds('elicitation', [NAME], 'Hello, re: What is your name?!'),
  rounds('sampling', ['sampling/createMessage What is the capital of France?'], SAMPLED),
  rounds('list_roots', ['roots/list'], 'Roots: [{"uri":"file:///work"}]'),
  rounds('request_state', ['elicitation/create Please confirm'], 'state-ok'),
  rounds(
    'multiple_inputs',
    [NAME, 'sampling/createMessage Generate a greeting', 'roots/list'],
    'All inputs are there.',
  ),
  rounds(
    'multi_round',
    ['elicitation/create Step 1: What is your name?', 'elicitation/create Step 2: What is your favorite color?'],
    'Both steps are done.',
  ),
  rounds('capabilities', ['sampling/createMessage Say hello', 'elicitation/create Your name?'], 'Thank you.'),
]

/** Three lines of log while the tool runs. */
export const LOGGED = ['Tool execution started', 'Tool processing data', 'Tool execution completed'].map(message)

/** URI → contents. */
export const READS: Readonly<Record<string, readonly Json[]>> = {
  'test://static-text': [
    {
      uri: 'test://static-text',
      mimeType: 'text/plain',
      text: 'This is the content of the static text resource.',
    },
  ],
  'test://static-binary': [{ uri: 'test://static-binary', mimeType: 'image/png', blob: PNG }],
  'test://watched-resource': [{ uri: 'test://watched-resource', mimeType: 'text/plain', text: 'Watched.' }],
  'test://template/12%2034/data': [
    {
      uri: 'test://template/12%2034/data',
      mimeType: 'application/json',
      text: '{"id":"12 34","templateTest":true,"data":"Data for ID: 12 34"}',
    },
  ],
}

const user = (content: Json): Json => ({ role: 'user', content })

/** Prompt → arguments and messages. */
export const PROMPTS: Readonly<Record<string, { readonly arguments?: Json; readonly messages: readonly Json[] }>> = {
  test_simple_prompt: { messages: [user({ type: 'text', text: 'This is a simple prompt for testing.' })] },
  test_prompt_with_arguments: {
    arguments: { arg1: 'a', arg2: 'b' },
    messages: [user({ type: 'text', text: "Prompt with arguments: arg1='a', arg2='b'" })],
  },
  test_prompt_with_embedded_resource: {
    arguments: { resourceUri: 'test://example' },
    messages: [
      user(embedded('test://example', 'text/plain', 'Embedded resource content for testing.')),
      user({ type: 'text', text: 'Please process the embedded resource above.' }),
    ],
  },
  test_prompt_with_image: {
    messages: [user(image), user({ type: 'text', text: 'Please analyze the image above.' })],
  },
}
