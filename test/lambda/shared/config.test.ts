import { describe, expect, test } from 'vitest'
import { readGumloopHosts } from '../../../lambda/shared/config.ts'

const baseUrl = (GUMLOOP_BASE_URL: string) => readGumloopHosts({ GUMLOOP_BASE_URL }).baseUrl

describe('the URL of Gumloop’s API', () => {
  test.each([
    ['https://proxy.example.com/api/v1/', 'https://proxy.example.com/api/v1'],
    ['http://localhost:4020/api/v1', 'http://localhost:4020/api/v1'],
    ['http://127.0.0.1:4020/api/v1', 'http://127.0.0.1:4020/api/v1'],
    ['http://[::1]:4020/api/v1', 'http://[::1]:4020/api/v1'],
  ])('accepts %s', (text, read) => {
    expect(baseUrl(text)).toBe(read)
  })

  test.each([
    'http://api.gumloop.com/api/v1',
    'http://10.0.0.5:8788/api/v1',
    'http://127.0.0.1.example.com/api/v1',
    'http://localhost.example.com/api/v1',
    'http://0.0.0.0/api/v1',
  ])('rejects %s, over which the key would travel unencrypted', text => {
    expect(() => baseUrl(text)).toThrow('GUMLOOP_BASE_URL must be an https URL: plain http is accepted for')
  })

  test.each(['ftp://x', 'https://user@host/api', 'https://:secret@host/api', 'https://host/?q', 'host/api'])(
    'rejects %s without repeating it',
    text => {
      expect(() => baseUrl(text)).toThrow(/^GUMLOOP_BASE_URL must be an https URL prefix such as/)
      expect(() => baseUrl(text)).not.toThrow(text)
    },
  )

  test('holds for the streaming host too', () => {
    expect(() => readGumloopHosts({ GUMLOOP_STREAM_BASE_URL: 'http://ws.gumloop.com/api/v1' })).toThrow(
      'GUMLOOP_STREAM_BASE_URL must be an https URL',
    )
  })
})
