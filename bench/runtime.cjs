// A small copy of Lambda's runtime client: loads the handler, requests an event, invokes the handler, sends the response.
//   node runtime.cjs HANDLER_FILE RUNTIME_API_URL
const http = require('node:http')

const [, , file, api] = process.argv
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
const context = { getRemainingTimeInMillis: () => 30_000 }

function exchange(method, path, body) {
  return new Promise((resolve, reject) => {
    const { user, system } = process.cpuUsage()
    // Reported with every request: CPU time so far, and which heavy modules have been loaded.
    const headers = {
      'cpu-microseconds': user + system,
      'loaded-undici': process.moduleLoadList.some(name => name.includes('deps/undici')),
      'loaded-zod': '__zod_globalConfig' in globalThis,
    }
    const request = http.request(`${api}/${path}`, { method, agent, headers }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    request.on('error', reject)
    request.end(body)
  })
}

async function main() {
  const { handler } = require(file)
  for (;;) {
    const event = JSON.parse(await exchange('GET', 'next'))
    await exchange('POST', 'response', JSON.stringify(await handler(event, context)))
  }
}

// The benchmark ends an environment by killing it, so any other end is an error.
main().catch(error => {
  console.error(error)
  process.exit(1)
})
