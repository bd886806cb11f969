/** Our signature against that of an independent implementation. `FUZZ_FACTOR=10` compares 100,000 requests. */
import aws4 from 'aws4'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signRequest } from '../../lambda/aws/signature.ts'

const CASES = 10_000 * Number(process.env.FUZZ_FACTOR ?? 1)

const word = fc.stringMatching(/^[a-z0-9-]{1,12}$/)
/** Few of them, so that derived keys are met again after others were used. */
const secret = fc.oneof(fc.constantFrom('one', 'two'), fc.string({ minLength: 1, maxLength: 40 }))
const path = fc.oneof(
  fc.constant('/'),
  fc.webPath().map(text => `/${text.replace(/^\/+/, '')}`),
)

test('signs as aws4 does: hosts, paths, days, tokens, bodies', { timeout: 20_000 + CASES }, () => {
  let count = 0
  const unsigned = fc.record({
    host: fc
      .tuple(word, fc.constantFrom('.amazonaws.com', '.amazonaws.com.cn', ':8000'))
      .map(parts => parts.join('')),
    path: path
      .map(text => new URL(text, 'http://h').pathname)
      .filter(text => !/%|\/\/|\/\.|[^\x20-\x7e]/.test(text)),
    service: fc.constantFrom('dynamodb', 'secretsmanager', 'states', 'events'),
    region: fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'us-gov-west-1'),
    contentType: fc.constantFrom('application/x-amz-json-1.0', 'application/x-amz-json-1.1'),
    target: word,
    body: fc.string({ maxLength: 200, unit: 'grapheme' }),
  })
  const credentials = fc.record(
    { accessKeyId: word, secretAccessKey: secret, sessionToken: word },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  )
  const time = fc.integer({ min: 0, max: 4_000_000_000 }).map(seconds => seconds * 1000)
  fc.assert(
    fc.property(unsigned, credentials, time, (request, { sessionToken, ...keys }, nowMs) => {
      const who = { ...keys, ...(sessionToken !== undefined && { sessionToken }) }
      const signed = signRequest(request, who, nowMs)
      const date = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
      const toSign = {
        host: request.host,
        path: request.path,
        method: 'POST',
        service: request.service,
        region: request.region,
        body: request.body,
        headers: {
          'content-type': request.contentType,
          'x-amz-target': request.target,
          'x-amz-date': date,
        },
        extraHeadersToIgnore: { 'content-length': true },
      }
      const expected = aws4.sign(toSign, who)
      count++
      expect(signed.authorization).toBe(expected.headers?.Authorization)
      expect(signed['x-amz-security-token']).toBe(sessionToken)
    }),
    { numRuns: CASES },
  )
  expect(count).toBe(CASES)
})
