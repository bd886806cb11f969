/** Simulates Google Cloud Storage: serves files by signed link, without an API key. */

import { skillArchive } from '../agents/skills.ts'
import type { ApiResponse } from '../http/api-response.ts'
import type { World } from '../http/call.ts'
import { ApiError } from '../http/error-response.ts'
import { artifactContent } from './artifacts.ts'
import { checkSignedUrl, type LinkState } from './signed-url.ts'

const XML: Record<Exclude<LinkState, 'valid'>, [status: number, code: string, message: string]> = {
  malformed: [403, 'AccessDenied', 'Access denied.'],
  tampered: [403, 'SignatureDoesNotMatch', 'Access denied. The signature does not match the request.'],
  expired: [403, 'ExpiredToken', 'The provided token has expired.'],
}

function xml(status: number, code: string, message: string): ApiResponse {
  return {
    status,
    text: `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    contentType: 'application/xml; charset=UTF-8',
  }
}

export function isDownloadPath(path: string): boolean {
  return /^\/gumloop-(artifacts|skills)\//.test(path)
}

/** @param path from the root, percent-encoded */
export function handleDownload(
  method: string,
  path: string,
  query: URLSearchParams,
  world: World,
  nowMs: number,
): ApiResponse {
  if (method !== 'GET' && method !== 'HEAD') return xml(405, 'MethodNotAllowed', 'Only GET and HEAD.')
  const linkState = checkSignedUrl(world.state.seed, path, query, nowMs)
  if (linkState !== 'valid') return xml(...XML[linkState])
  const [, bucket, id = '', versionId = '', name = ''] = path.split('/')
  try {
    const { filename, mediaType, bytes } =
      bucket === 'gumloop-artifacts'
        ? artifactContent(world.state, nowMs, id, versionId)
        : {
            filename: decodeURIComponent(name),
            mediaType: 'application/zip',
            bytes: skillArchive(world.state, id, versionId),
          }
    const disposition = `attachment; filename="${filename.replace(/["\\]/g, '_')}"`
    return { status: 200, bytes, contentType: mediaType, headers: { 'content-disposition': disposition } }
  } catch (error) {
    if (error instanceof ApiError) return xml(404, 'NoSuchKey', 'The specified key does not exist.')
    throw error
  }
}
