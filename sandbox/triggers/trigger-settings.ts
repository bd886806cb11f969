/** Reads the settings of a trigger from a request and refuses those that do not go together. */
import { badRequest } from '../http/error-response.ts'
import { isSent, objectField, textField, textOrNull } from '../http/fields.ts'
import type { JsonObject } from '../http/request-check.ts'
import { isAccount, operatorByName } from '../seed/seed-trigger-operators.ts'
import type { AppEventSetup, TriggerRecord } from '../state/trigger-state.ts'
import { parseCron } from './cron.ts'
import { civilTime, epochMs, isTimeZone } from './time-zone.ts'

const DEFAULT_ZONE = 'Europe/Lisbon'
const SCHEDULE_FIELDS = ['cron_expression', 'run_at', 'timezone']
const LOCAL_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?)?$/

/** A time with an offset, or one that is read in `timezone`. @throws ApiError 400 */
function parseTime(text: string, timezone: string): number {
  const [, year, month, day, hour = '0', minute = '0'] = LOCAL_TIME.exec(text) ?? []
  const civil = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
  }
  const atMs = year === undefined ? Date.parse(text) : epochMs(civil, timezone)
  const isReal = year === undefined || civilTime(atMs, timezone).day === civil.day
  if (Number.isNaN(atMs) || !isReal) throw badRequest('run_at must be an ISO 8601 time.', 'run_at')
  return atMs
}

function refuseFields(body: JsonObject, names: string[], type: string): void {
  const wrong = names.find(name => isSent(body, name))
  if (wrong !== undefined) throw badRequest(`${wrong} does not go with a trigger of type ${type}.`, wrong)
}

/** The parts of a schedule; what was not sent stays as in `before`. */
function scheduleOf(body: JsonObject, before: TriggerRecord | null, nowMs: number) {
  const timezone = textOrNull(body, 'timezone') ?? before?.timezone ?? DEFAULT_ZONE
  if (!isTimeZone(timezone)) throw badRequest(`"${timezone}" is no IANA time zone.`, 'timezone')
  const [cronText, runAtText] = [textOrNull(body, 'cron_expression'), textOrNull(body, 'run_at')]
  if (cronText !== null && runAtText !== null)
    throw badRequest('A schedule has either cron_expression or run_at.', 'run_at')
  if (cronText !== null && parseCron(cronText) === null)
    throw badRequest(`"${cronText}" is no cron expression with five fields.`, 'cron_expression')
  if (runAtText !== null) {
    const runAtMs = parseTime(runAtText, timezone)
    if (runAtMs <= nowMs) throw badRequest('run_at must be in the future.', 'run_at')
    return { timezone, cronExpression: null, runAtMs }
  }
  if (cronText !== null) return { timezone, cronExpression: cronText, runAtMs: null }
  if (before === null) throw badRequest('A schedule wants cron_expression or run_at.', 'cron_expression')
  return { timezone, cronExpression: before.cronExpression, runAtMs: before.runAtMs }
}

/** @throws ApiError 400 for an unknown event, a missing parameter or account */
function appEventOf(body: JsonObject): AppEventSetup {
  const setup = objectField(body, 'integration')
  const operator = operatorByName(textField(setup, 'operator_name') ?? '')
  if (operator === undefined)
    throw badRequest('operator_name must be one of the trigger operators.', 'integration.operator_name')
  const parameters = objectField(setup, 'parameters')
  const missing = operator.parameters.find(({ name, required }) => required && !isSent(parameters, name))
  if (missing !== undefined)
    throw badRequest(`${operator.name} wants ${missing.name}.`, `integration.parameters.${missing.name}`)
  const credentials = objectField(setup, 'credentials_to_use')
  for (const [type, selector] of Object.entries(credentials)) {
    const secretId = objectField({ selector }, 'selector').secret_id
    if (!operator.credential_types.includes(type) || !isAccount(secretId))
      throw badRequest('There is no such account.', `integration.credentials_to_use.${type}`)
  }
  return { operatorName: operator.name, parameters, credentials }
}

/**
 * The settings of a trigger of `type`; on a change, what was not sent stays as in `before`.
 * @throws ApiError 400 that names the field
 */
export function triggerSettings(
  body: JsonObject,
  type: TriggerRecord['type'],
  before: TriggerRecord | null,
  nowMs: number,
): Pick<TriggerRecord, 'timezone' | 'cronExpression' | 'runAtMs' | 'passRawData' | 'integration'> {
  const plain = { timezone: null, cronExpression: null, runAtMs: null, passRawData: false, integration: null }
  if (type !== 'schedule') refuseFields(body, SCHEDULE_FIELDS, type)
  if (type !== 'webhook') refuseFields(body, ['pass_raw_data'], type)
  if (type !== 'integration') refuseFields(body, ['integration'], type)
  if (type === 'schedule') return { ...plain, ...scheduleOf(body, before, nowMs) }
  if (type === 'webhook') {
    const passRawData = isSent(body, 'pass_raw_data')
      ? body.pass_raw_data === true
      : before?.passRawData === true
    return { ...plain, passRawData }
  }
  if (!isSent(body, 'integration') && before !== null) return { ...plain, integration: before.integration }
  return { ...plain, integration: appEventOf(body) }
}
