/** Chat completions: from text and images to text, JSON, tool calls or an image, in one response or as a stream. */

import { type Rgb, toPng } from '../content/png.ts'
import { sampleOf } from '../content/schema-sample.ts'
import { type ApiResponse, ok } from '../http/api-response.ts'
import type { Call } from '../http/call.ts'
import { ApiError, badRequest } from '../http/error-response.ts'
import { objectField, objectsField, textField, textsField } from '../http/fields.ts'
import { fractionOf, lettersOf, nextId } from '../http/ids.ts'
import type { JsonObject } from '../http/request-check.ts'
import { findModel } from '../seed/seed-models.ts'
import { type ChatInput, readMessages } from './chat-messages.ts'

const IMAGE_PX = 256
const IMAGE_COST_CREDITS = 30

interface Message {
  role: 'assistant'
  content: string
  tool_calls?: JsonObject[]
  images?: JsonObject[]
}

/** Broad bands of two colors derived from the question. */
function drawing(question: string): Buffer {
  const channel = (name: string) => Math.floor(fractionOf(`${question}|${name}`) * 256)
  const color = (name: string): Rgb => [
    channel(`${name} red`),
    channel(`${name} green`),
    channel(`${name} blue`),
  ]
  const [light, dark] = [color('light'), color('dark')]
  return toPng(IMAGE_PX, IMAGE_PX, (x, y) => (Math.floor((x + y) / 48) % 2 === 0 ? light : dark))
}

function textReply(input: ChatInput, modelName: string): string {
  const imagesSentence = input.images.length === 0 ? '' : ` I can see ${input.images.join(' and ')}.`
  const quoted = input.question.length > 200 ? `${input.question.slice(0, 200)}…` : input.question
  if (/\bcapital of canada\b/i.test(input.question)) return 'Ottawa.'
  return `${modelName} in the sandbox read ${input.characters} characters.${imagesSentence} You asked: "${quoted}". A real model would answer here.`
}

/** The function that the request forces the model to call, if any. */
function chosenTool(body: JsonObject): JsonObject | undefined {
  const tools = objectsField(body, 'tools').map(tool => objectField(tool, 'function'))
  const choice = body.tool_choice
  if (choice === 'required') return tools[0]
  if (typeof choice !== 'object') return undefined
  const name = textField(objectField(objectField(body, 'tool_choice'), 'function'), 'name')
  const tool = tools.find(entry => entry.name === name)
  if (tool === undefined)
    throw badRequest('tool_choice names a function that is not in tools.', 'tool_choice')
  return tool
}

function jsonReply(format: JsonObject, input: ChatInput): string {
  if (format.type === 'json_object')
    return JSON.stringify({ answer: 'sandbox', question: input.question.slice(0, 200) })
  if (format.type === 'json_schema') {
    const schema = objectField(objectField(format, 'json_schema'), 'schema')
    return JSON.stringify(sampleOf(schema))
  }
  throw badRequest('response_format.type must be json_object or json_schema.', 'response_format.type')
}

function messageFor(call: Call, input: ChatInput, wantsImage: boolean, modelName: string): Message {
  const { body, world } = call
  if (wantsImage) {
    const url = `data:image/png;base64,${drawing(input.question).toString('base64')}`
    return { role: 'assistant', content: '', images: [{ type: 'image_url', image_url: { url } }] }
  }
  const tool = chosenTool(body)
  if (tool !== undefined) {
    const args = JSON.stringify(sampleOf(objectField(tool, 'parameters')))
    const fn = { name: tool.name, arguments: args }
    return {
      role: 'assistant',
      content: '',
      tool_calls: [{ id: nextId(world.state, 'call_'), type: 'function', function: fn }],
    }
  }
  const isPlain = body.response_format === undefined || objectField(body, 'response_format').type === 'text'
  const content = isPlain
    ? textReply(input, modelName)
    : jsonReply(objectField(body, 'response_format'), input)
  return { role: 'assistant', content }
}

/** The message as stream events of one word each, ending with the `[DONE]` marker that clients wait for. */
function toEvents(head: JsonObject, message: Message, finish: string, usage: JsonObject): string[] {
  const frame = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`
  const chunk = (delta: JsonObject, finish_reason: string | null, more: JsonObject = {}) =>
    frame({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason }],
      ...more,
    })
  const words = message.content.match(/\S+\s*/g) ?? []
  const { content: _content, role, ...rest } = message
  const deltas: JsonObject[] = [{ role, content: '' }, ...words.map(content => ({ content }))]
  if (Object.keys(rest).length > 0) deltas.push(rest)
  return [...deltas.map(delta => chunk(delta, null)), chunk({}, finish, { usage }), 'data: [DONE]\n\n']
}

/** @throws ApiError 400 for a request that the model cannot serve */
export function createChatCompletion(call: Call): ApiResponse {
  const { body, world } = call
  const model = findModel(textField(body, 'model') ?? '')
  if (model === undefined || model.isDecisionModel)
    throw badRequest(`Unknown model "${String(body.model)}". GET /models lists the models.`, 'model')
  const input = readMessages(objectsField(body, 'messages'))
  const requestsImage = textsField(body, 'modalities').includes('image') || body.image_config !== undefined
  if (requestsImage && !model.isImageModel) {
    throw new ApiError(400, 'model_image_unsupported', `${model.name} does not generate images.`, {
      param: 'modalities',
    })
  }
  const message = messageFor(call, input, requestsImage || model.isImageModel, model.name)
  const full = Math.ceil(message.content.length / 4) + (message.images === undefined ? 0 : 1_290)
  const limit = typeof body.max_completion_tokens === 'number' ? body.max_completion_tokens : full
  const isCut = message.images === undefined && limit < full
  if (isCut) message.content = message.content.slice(0, Math.max(0, limit * 4))
  const completion_tokens = Math.min(full, Math.max(0, limit))
  const prompt_tokens = Math.ceil(input.characters / 4) + input.images.length * 258
  const usage = {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    cost: message.images === undefined ? Math.max(1, Math.ceil(full / 500)) : IMAGE_COST_CREDITS,
    is_byok: false,
  }
  const finish = isCut ? 'length' : message.tool_calls === undefined ? 'stop' : 'tool_calls'
  const head = {
    id: nextId(world.state, 'chatcmpl-', 14),
    created: Math.floor(call.nowMs / 1_000),
    model: model.id,
    system_fingerprint: `fp_${lettersOf(model.id, 10)}`,
  }
  if (body.stream === true) return { status: 200, events: toEvents(head, message, finish, usage) }
  return ok({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: finish, message }],
    usage,
  })
}
