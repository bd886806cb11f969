/** One HTTP request with `node:http(s)`, bounded in time and in the size of its response. Follows no redirect. */
import http from 'node:http'
import https from 'node:https'

export interface RequestToSend {
  method: string
  headers: http.OutgoingHttpHeaders
  agent?: http.Agent
  body: string
  timeoutMs: number
  maxResponseCharacters: number
}

/** Status and text of the response. Rejects when there is none in time, or when it is too long. */
export function sendRequest(
  url: URL,
  { body, timeoutMs, maxResponseCharacters, ...options }: RequestToSend,
): Promise<{ status: number; text: string }> {
  const secure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(
      {
        ...options,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port === '' ? undefined : Number(url.port),
        path: url.pathname,
      },
      response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          if (text.length <= maxResponseCharacters) return
          // Not `destroy(error)`: after the last chunk nobody would catch it.
          request.destroy()
          done(() => reject(new Error('the response is too long')))
        })
        response.on('end', () => done(() => resolve({ status: response.statusCode ?? 0, text })))
        response.on('error', error => done(() => reject(error)))
        response.on('aborted', () => done(() => reject(new Error('the connection was cut'))))
      },
    )
    const timer = setTimeout(
      () => request.destroy(new Error(`no response within ${timeoutMs} ms`)),
      timeoutMs,
    )
    const done = (settle: () => void) => {
      clearTimeout(timer)
      settle()
    }
    request.on('error', error => done(() => reject(error)))
    request.end(body)
  })
}
