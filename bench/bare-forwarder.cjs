// The baseline: one request to Gumloop over a keep-alive connection, whose response is forwarded as is. No token, no
// protocol, no checks; a list is a constant.
const http = require('node:http')

const agent = new http.Agent({ keepAlive: true })

exports.handler = event =>
  new Promise((resolve, reject) => {
    const { method, params } = JSON.parse(event.body)
    const answer = body => resolve({ statusCode: 200, headers: { 'content-type': 'application/json' }, body })
    if (method !== 'tools/call') return answer('{}')
    const url = `${process.env.GUMLOOP_BASE_URL}/sessions/${params.arguments.session_id}`
    http
      .get(url, { agent }, response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => {
          text += chunk
        })
        response.on('end', () => answer(text))
      })
      .on('error', reject)
  })
