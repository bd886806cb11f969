/** Artifacts as MCP resources, for connectors that may read artifacts; for any other there are no resources at all. */
import { ResourceNotFoundError, type Server } from '@modelcontextprotocol/server'
import type { CallToolDeps } from '../../tools/call-tool.ts'
import { READ } from './artifact-templates.ts'
import { BY_ID, BY_NAME, parseArtifactUri } from './artifact-uri.ts'
import { capabilitiesFor } from './connector-capabilities.ts'
import { type DelegatedCallRequest, delegateCall } from './delegated-call.ts'
import { readArtifactResource } from './read-artifact-resource.ts'

/** Echoed to whoever asked for it, as the protocol wants; but not megabytes of it. */
const MAX_URI_CHARACTERS = 2000

/** Registers the methods and the capability; nothing where the filter leaves nothing. */
export function serveResources(
  server: Server,
  request: Omit<DelegatedCallRequest, 'via' | 'tool' | 'signal'>,
  deps: CallToolDeps,
): void {
  const { templates } = capabilitiesFor(request.caller.config)
  if (templates.length === 0) return
  server.registerCapabilities({ resources: { listChanged: false, subscribe: false } })
  // Gumloop lists artifacts by agent alone: a list of them all would cost a request for each agent.
  server.setRequestHandler('resources/list', () => ({ resources: [] }))
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: templates }))
  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq }) => {
    const name = parseArtifactUri(uri)
    const template = name && ('id' in name ? BY_ID : BY_NAME)
    if (!name || !templates.some(({ uriTemplate }) => uriTemplate === template)) {
      throw new ResourceNotFoundError(uri.slice(0, MAX_URI_CHARACTERS))
    }
    return delegateCall(
      { ...request, via: 'resources/read', tool: READ, signal: mcpReq.signal },
      deps,
      call => readArtifactResource(uri, name, call),
    )
  })
}
