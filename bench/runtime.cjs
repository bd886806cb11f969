// What Lambda's own runtime does, in small: load the handler, ask for an event, hand it over, send the answer.
//   node runtime.cjs HANDLER_FILE RUNTIME_API_URL
const http = require('node:http')

const [, , file, api] = process.argv
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
const context = { getRemainingTimeInMillis: () => 30_000 }

function exchange(method, path, body) {
  return new Promise((resolve, reject) => {
    const { user, system } = process.cpuUsage()
    // Told with every request, since nobody else can see it: CPU time so far, and what has been loaded.
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

// The bench ends an environment by killing it; anything else is a fault, which the exit code tells.
main().catch(error => {
  console.error(error)
  process.exit(1)
})
