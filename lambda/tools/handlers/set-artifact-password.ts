/** The password of an artifact's link: a secret, which no result, error or log line repeats. */
import { rememberSecret } from '../../shared/redact.ts'
import type { ToolHandler } from '../tool-call.ts'

const SHARE = 'update_gumloop_artifact_access'

export const setArtifactPassword: ToolHandler = async ({ tool, args, operation, mayCall }) => {
  rememberSecret(String(args.password))
  await operation(tool.name, args)
  const how = mayCall(SHARE) ? ` with ${SHARE}` : ''
  return {
    structured: {
      artifact_id: args.artifact_id,
      password_stored: true,
      next_step: `The link asks for it once its mode is password: set that${how}. Do not repeat the password.`,
    },
  }
}
