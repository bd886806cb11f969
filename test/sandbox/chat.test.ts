import { afterEach, beforeEach, expect, test } from 'vitest'
import { toPng } from '../../sandbox/content/png.ts'
import { at, listAt, startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const PNG = `data:image/png;base64,${toPng(3, 2, () => [1, 2, 3]).toString('base64')}`
const complete = (content: unknown, more = {}) =>
  sandbox.post('/chat/completions', {
    model: 'claude-sonnet-4-5',
    messages: [{ role: 'user', content }],
    ...more,
  })
const content = (json: unknown) => textAt(json, 'choices.0.message.content')

test('answers text with text and counts tokens', async () => {
  const reply = await complete('What is the capital of Canada?')
  expect([content(reply.json), at(reply.json, 'choices.0.finish_reason')]).toEqual(['Ottawa.', 'stop'])
  expect(at(reply.json, 'usage')).toEqual({
    prompt_tokens: 8,
    completion_tokens: 2,
    total_tokens: 10,
    cost: 1,
    is_byok: false,
  })
})

test('accepts images as data URLs and as links', async () => {
  const reply = await complete([
    { type: 'text', text: 'Which is nicer?' },
    { type: 'image_url', image_url: { url: PNG } },
    { type: 'image_url', image_url: { url: 'https://pictures.example/b.jpg' } },
  ])
  expect(content(reply.json)).toContain('I can see a 3 × 2 PNG and an image from pictures.example.')
})

test('rejects invalid images and names the parameter', async () => {
  const url = async (value: string) => {
    const reply = await complete([{ type: 'image_url', image_url: { url: value } }])
    return [reply.status, at(reply.json, 'error.message'), at(reply.json, 'error.param')]
  }
  const param = 'messages[0].content[0].image_url'
  expect(await url('data:image/png;base64,####')).toEqual([400, 'The image is not a base64 data URL.', param])
  expect(await url('data:image/png;base64,aGVsbG8=')).toEqual([
    400,
    'Images must be JPEG, PNG, GIF or WebP.',
    param,
  ])
  expect(await url(PNG.replace('image/png', 'image/gif'))).toEqual([
    400,
    'The data URL declares image/gif, but the bytes are image/png.',
    param,
  ])
  expect(await url('file:///etc/passwd')).toEqual([
    400,
    'image_url.url must be a data URL or an http(s) URL.',
    param,
  ])
})

test('only image models generate images', async () => {
  const drawn = await complete('A suitcase at sea', { model: 'gpt-image-1', modalities: ['text', 'image'] })
  const url = textAt(drawn.json, 'choices.0.message.images.0.image_url.url')
  const bytes = Buffer.from(url.replace('data:image/png;base64,', ''), 'base64')
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20), at(drawn.json, 'usage.cost')]).toEqual([
    256, 256, 30,
  ])
  const rejected = await complete('A suitcase at sea', { modalities: ['image'] })
  expect([rejected.status, at(rejected.json, 'error.code')]).toEqual([400, 'model_image_unsupported'])
})

test('answers in JSON, and according to a schema', async () => {
  const plain = await complete('Anything', { response_format: { type: 'json_object' } })
  expect(JSON.parse(content(plain.json))).toEqual({ answer: 'sandbox', question: 'Anything' })
  const schema = {
    type: 'object',
    properties: {
      severity: { enum: ['low', 'high'] },
      count: { type: 'integer' },
      tags: { type: 'array', items: { type: 'string' } },
    },
  }
  const bySchema = await complete('Anything', {
    response_format: { type: 'json_schema', json_schema: { name: 's', schema } },
  })
  expect(JSON.parse(content(bySchema.json))).toEqual({ severity: 'low', count: 1, tags: ['sandbox'] })
  const invalid = await complete('Anything', { response_format: { type: 'xml' } })
  expect([invalid.status, at(invalid.json, 'error.param')]).toEqual([400, 'response_format.type'])
})

test('calls a required tool', async () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } } }
  const tools = [{ type: 'function', function: { name: 'weather', parameters } }]
  const reply = await complete('Rain?', {
    tools,
    tool_choice: { type: 'function', function: { name: 'weather' } },
  })
  expect(at(reply.json, 'choices.0.message.tool_calls.0.function')).toEqual({
    name: 'weather',
    arguments: '{"city":"sandbox"}',
  })
  expect(at(reply.json, 'choices.0.finish_reason')).toBe('tool_calls')
})

test('streams the same text in chunks and ends with [DONE]', async () => {
  const whole = await complete('Hello there')
  const stream = await complete('Hello there', { stream: true })
  const events = stream.text.trim().split('\n\n')
  const chunks: unknown[] = events.slice(0, -1).map(event => JSON.parse(event.replace('data: ', '')))
  expect([stream.headers.get('content-type'), events.at(-1)]).toEqual(['text/event-stream', 'data: [DONE]'])
  expect(chunks.map(chunk => at(chunk, 'choices.0.delta.content') ?? '').join('')).toBe(content(whole.json))
  expect(at(chunks.at(-1), 'choices.0.finish_reason')).toBe('stop')
})

test('a token limit truncates the text', async () => {
  const reply = await complete('Hello there', { max_completion_tokens: 3 })
  expect([content(reply.json).length, at(reply.json, 'choices.0.finish_reason')]).toEqual([12, 'length'])
})

test('rejects invalid messages and names the parameter', async () => {
  const param = async (messages: unknown, model = 'gpt-5') => {
    const reply = await sandbox.post('/chat/completions', { model, messages })
    return [reply.status, at(reply.json, 'error.param')]
  }
  expect(await param([])).toEqual([400, 'messages'])
  expect(await param([{ role: 'pope', content: 'x' }])).toEqual([400, 'messages[0].role'])
  expect(
    await param([
      { role: 'user', content: 'x' },
      { role: 'tool', content: 'y' },
    ]),
  ).toEqual([400, 'messages[1].tool_call_id'])
  expect(await param([{ role: 'user' }])).toEqual([400, 'messages[0].content'])
  expect(await param([{ role: 'user', content: 'x' }], 'gpt-99')).toEqual([400, 'model'])
})

test('lists models in groups and routes to one of them', async () => {
  const models = await sandbox.get('/models')
  expect(listAt(models.json, 'model_groups').map(group => at(group, 'name'))).toEqual([
    'Presets',
    'Anthropic',
    'OpenAI',
    'Images',
    'Decisions',
  ])
  const light = await sandbox.post('/models/route', { input: 'hi' })
  const heavy = await sandbox.post('/models/route', {
    message: 'Audit the plan',
    models: ['gpt-4o', 'gpt-5-mini'],
  })
  expect([at(light.json, 'route.model'), at(light.json, 'route.adjustment')]).toEqual([
    'openai/gpt-5-mini',
    null,
  ])
  expect([at(heavy.json, 'route.model'), at(heavy.json, 'route.fallback_models')]).toEqual([
    'openai/gpt-4o',
    ['openai/gpt-5-mini'],
  ])
  const unknown = await sandbox.post('/models/route', { input: 'hi', models: ['gpt-99'] })
  expect([unknown.status, at(unknown.json, 'error.param')]).toEqual([400, 'models'])
})
