/** Artifacts as MCP resources, for connectors that may read artifacts; other connectors have no resources. */
import { ResourceNotFoundError } from '@modelcontextprotocol/server'
import type { RequestContext } from '../../auth/request-context.ts'
import { cutText } from '../../shared/cut-text.ts'
import { type AccountDeps, withAccount } from '../../tools/with-account.ts'
import type { GumloopServer } from '../gumloop-server.ts'
import { messageContext } from '../message-context.ts'
import { READ } from './artifact-templates.ts'
import { BY_ID, BY_NAME, parseArtifactUri } from './artifact-uri.ts'
import { capabilitiesFor } from './connector-capabilities.ts'
import { readArtifactResource } from './read-artifact-resource.ts'

/** The protocol wants the URI in the error; but not megabytes of it. */
const MAX_URI_CHARACTERS = 2000

/** Registers the methods and the capability, unless the filter leaves nothing to read. */
export function serveResources(server: GumloopServer, request: RequestContext, deps: AccountDeps): void {
  const { templates } = capabilitiesFor(request.principal.config)
  if (templates.length === 0) return
  server.registerCapabilities({ resources: { listChanged: false, subscribe: false } })
  // Gumloop lists artifacts by agent only: a list of all would cost a request per agent.
  server.setRequestHandler('resources/list', () => ({ resources: [] }))
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: templates }))
  server.setRequestHandler('resources/read', async ({ params: { uri } }, message) => {
    const name = parseArtifactUri(uri)
    const template = name && ('id' in name ? BY_ID : BY_NAME)
    if (!name || !templates.some(({ uriTemplate }) => uriTemplate === template)) throw notFound(uri)
    // The log line names the tool, so that a read is counted and found like a call of it.
    const result = await withAccount(
      messageContext(request, message),
      {
        event: 'tool_call',
        subject: { tool: READ, via: 'resources/read' },
        act: async open => readArtifactResource(uri, name, await open()),
      },
      deps,
    )
    if (!result.ok && result.error.code === 'not_found') throw notFound(uri)
    return server.unwrap(result)
  })
}

function notFound(uri: string): ResourceNotFoundError {
  return new ResourceNotFoundError(cutText(uri, MAX_URI_CHARACTERS))
}
